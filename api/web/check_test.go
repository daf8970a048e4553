package web

import (
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// The request check reads the contract as one of OpenAPI 3.0, so that it may use no word that only 3.1 knows.
func TestTheContractNeedsNothingThatThreePointZeroHasNoWordFor(t *testing.T) {
	raw, err := os.ReadFile("../openapi.yaml")
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	require.NoError(t, err)
	for name, s := range doc.Components.Schemas {
		x := s.Value
		require.LessOrEqual(t, len(x.Type.Slice()), 1, "%s has several types", name)
		require.Nil(t, x.Const, name)
		require.Empty(t, x.PrefixItems, name)
		require.Nil(t, x.If, name)
		for key, p := range x.Properties {
			if p.Ref != "" {
				continue
			}
			require.LessOrEqual(t, len(p.Value.Type.Slice()), 1, "%s/%s has several types", name, key)
			require.Nil(t, p.Value.Const, "%s/%s", name, key)
		}
	}
}
