package print

import (
	"os/exec"
	"syscall"
)

// ownGroup starts a program as the head of a group of its own, which ends with this one.
func ownGroup(c *exec.Cmd) {
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.Setpgid, c.SysProcAttr.Pdeathsig = true, syscall.SIGKILL
}
