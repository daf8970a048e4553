package print_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/report/print"
)

func TestPrints(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("left out: no chromium on this machine")
	}
	pdf, err := print.New(print.Options{}).Print(context.Background(), []byte(`<!doctype html><p>zażółć +20.8%</p>`))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
}

func TestWithoutABrowserThereIsAReason(t *testing.T) {
	_, err := print.New(print.Options{Chromium: "/no/such/browser"}).Print(context.Background(), []byte("x"))
	require.Equal(t, "pdf_unavailable", errs.CodeOf(err))
	require.Equal(t, errs.KindUnavailable, errs.KindOf(err))
	_, err = print.New(print.Options{Chromium: "ws://127.0.0.1:1/none"}).Print(context.Background(), []byte("x"))
	require.Equal(t, "pdf_unavailable", errs.CodeOf(err))
	_, err = print.New(print.Options{Chromium: "/bin/false"}).Print(context.Background(), []byte("x"))
	require.Equal(t, "pdf_unavailable", errs.CodeOf(err), "a browser that ends at once")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = print.New(print.Options{}).Print(ended, []byte("x"))
	require.Error(t, err)
}
