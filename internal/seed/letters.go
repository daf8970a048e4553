package seed

import (
	"context"
	"fmt"

	"rapport/internal/auth"
	"rapport/internal/subscription"
)

// orderLetters subscribes the executive to the quarter's report and the lead to the goals, the latter by HR.
func orderLetters(ctx context.Context, s Services) error {
	if s.Letters == nil {
		return nil
	}
	list, err := s.Auth.Everybody(ctx)
	if err != nil {
		return err
	}
	people := map[auth.Role]string{}
	for _, u := range list {
		people[u.Role] = u.ID
	}
	for _, x := range []struct {
		by    auth.Role
		draft subscription.Draft
	}{
		{auth.Executive, subscription.Draft{Subject: subscription.Report, Rhythm: subscription.Quarterly}},
		{auth.HR, subscription.Draft{ReaderID: people[auth.Lead], Subject: subscription.View, Path: "/goals", Rhythm: subscription.Monthly}},
	} {
		who, _, err := s.Auth.Principal(ctx, people[x.by])
		if err != nil {
			return fmt.Errorf("order letters: %w", err)
		}
		if _, err := s.Letters.Add(ctx, who, x.draft); err != nil {
			return fmt.Errorf("order letters: %w", err)
		}
	}
	return nil
}
