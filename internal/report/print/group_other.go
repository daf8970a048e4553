//go:build !linux

package print

import (
	"os/exec"
	"syscall"
)

// ownGroup starts a program as the head of a group of its own.
func ownGroup(c *exec.Cmd) {
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.Setpgid = true
}
