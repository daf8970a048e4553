package operation

import (
	"errors"

	"rapport/internal/errs"
)

func asError(err error) (*errs.Error, bool) { return errors.AsType[*errs.Error](err) }
