package sqlite

import "encoding/json"

// jsonText writes a small value as JSON text for a column.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only plain maps, slices and structs come here
	}
	return string(b)
}

// fromJSON reads a column written by jsonText.
func fromJSON(s string, v any) error {
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), v)
}
