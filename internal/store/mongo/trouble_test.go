package mongo_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/i18n"
	"rapport/internal/store/mongo"
)

func TestAServerThatDoesNotAnswerSaysSo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close()) // nobody listens there now
	_, err = mongo.Open(context.Background(), "mongodb://"+address+"/?replicaSet=rs0")
	require.Equal(t, "store_unreachable", errs.CodeOf(err))
	require.Contains(t, i18n.Text("en", "error.store_unreachable", map[string]any{"address": address}), address)
	_, err = mongo.Open(context.Background(), "mongodb://")
	require.Equal(t, "store_url", errs.CodeOf(err))
}

// startServer runs a server of this test's own on a folder; the process is the server itself, so killing it reaches the
// database.
func startServer(t *testing.T, dir, port string, flags ...string) (*exec.Cmd, string) {
	t.Helper()
	program := os.Getenv("RAPPORT_TEST_MONGO_SERVER")
	if program == "" {
		t.Skip("left out: RAPPORT_TEST_MONGO_SERVER names no server to start")
	}
	cmd := exec.Command(program, append([]string{dir, port}, flags...)...)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = cmd.Stdout
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	listening := regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return cmd, m[1]
		}
		said += lines.Text() + "\n"
	}
	require.Fail(t, "the server did not start", said)
	return nil, ""
}

// A standalone has no transactions: Rapport refuses it at start and says how to make it a replica set.
func TestAStandaloneIsRefused(t *testing.T) {
	testServer(t)
	_, address := startServer(t, t.TempDir(), "0", "--standalone")
	_, err := mongo.Open(context.Background(), "mongodb://"+address+"/?directConnection=true")
	require.Equal(t, "store_standalone", errs.CodeOf(err), "%v", err)
	require.Contains(t, i18n.Text("en", "error.store_standalone", nil), "rs.initiate()")
}
