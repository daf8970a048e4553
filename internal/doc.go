// Package internal holds no code of its own: each folder below is a feature or a small service, and the tests beside this
// file hold the rules between them (who may import whom, a text in every language for every error).
package internal
