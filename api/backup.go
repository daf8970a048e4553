package main

import (
	"context"
	"strings"

	"rapport/internal/errs"
	"rapport/internal/store/sqlite"
)

// backup copies the database of RAPPORT_DB into a file. A MongoDB has tools of its own that know its nodes.
func backup(ctx context.Context, path string) error {
	cfg, err := readConfig()
	if err != nil {
		return err
	}
	file, embedded := strings.CutPrefix(cfg.DB, "sqlite:")
	if !embedded {
		return errs.Invalid("backup_by_mongodump")
	}
	s, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return s.Backup(ctx, path)
}

// restore puts a backup in the place of the database of RAPPORT_DB.
func restore(ctx context.Context, from string) error {
	cfg, err := readConfig()
	if err != nil {
		return err
	}
	file, embedded := strings.CutPrefix(cfg.DB, "sqlite:")
	if !embedded {
		return errs.Invalid("backup_by_mongodump")
	}
	return sqlite.Restore(ctx, from, file)
}
