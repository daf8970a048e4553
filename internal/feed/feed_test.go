package feed

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"rapport/internal/errs"
	"rapport/internal/intake"
)

func TestAddressesOfTheOwnNetworkAreNotPublic(t *testing.T) {
	for _, a := range []string{"127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1", "64:ff9b::a00:1", "2002:a00:1::", "255.255.255.255", "224.0.0.1"} {
		require.False(t, public(netip.MustParseAddr(a).Unmap()), a)
	}
	require.False(t, public(netip.MustParseAddr("::ffff:10.0.0.1").Unmap()))
	for _, a := range []string{"93.184.216.34", "2606:2800:220:1::1"} {
		require.True(t, public(netip.MustParseAddr(a)), a)
	}
}

func TestJSONBecomesRows(t *testing.T) {
	m := intake.Mapping{Sheet: "a.list", SourceID: []string{"id"}, Columns: map[string]string{"score": "x.y", "comment": "tags"}}
	rows, err := readRows([]byte(`{"a":{"list":[{"id":9007199254740993,"x":{"y":4},"tags":["a","b"],"other":1},{"id":"2","x":null}]}}`), m)
	require.NoError(t, err)
	require.Equal(t, []string{"id", "tags", "x.y"}, rows.Columns)
	require.Equal(t, [][]string{{"9007199254740993", "a, b", "4"}, {"2", "", ""}}, rows.Cells)
	for body, code := range map[string]string{`{`: "hook_body", `{"a":1}`: "hook_list", `{"a":{"list":[1]}}`: "hook_body", `{} {}`: "hook_body"} {
		_, err := readRows([]byte(body), m)
		require.Equal(t, code, errs.CodeOf(err), body)
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add([]byte(`{"a":[{"id":1}]}`), "a")
	f.Add([]byte(`[{"id":{"x":[1,{"y":2}]}}]`), "")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		rows, err := readRows(body, intake.Mapping{Sheet: path, SourceID: []string{"id"}})
		if err != nil && errs.CodeOf(err) == "" {
			t.Fatal("an error without a code")
		}
		for _, r := range rows.Cells {
			if len(r) != len(rows.Columns) {
				t.Fatal("a ragged row")
			}
		}
	})
}
