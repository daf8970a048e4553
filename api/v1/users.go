package v1

import (
	"context"
	"time"

	"rapport/internal/auth"
)

func userJSON(u auth.User) User {
	out := User{Id: u.ID, Email: u.Email, Name: u.Name, Role: Role(u.Role), TeamIds: append([]string{}, u.TeamIDs...), Locale: Locale(u.Locale), Active: u.Active, CreatedAt: u.CreatedAt}
	if u.PasswordHash == "" && !u.Demo {
		yes := true
		out.Invited = &yes
	}
	out.LastSeenAt = moment(u.SeenAt)
	return out
}

// moment is nil for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ListUsers implements StrictServerInterface.
func (s *Server) ListUsers(ctx context.Context, r ListUsersRequestObject) (ListUsersResponseObject, error) {
	limit := pageSize(r.Params.Limit)
	us, err := s.Auth.Users(ctx, value(r.Params.Cursor), limit)
	out := UserList{Items: []User{}}
	for _, u := range us {
		out.Items = append(out.Items, userJSON(u))
	}
	if len(us) == limit {
		out.NextCursor = &us[limit-1].ID
	}
	return ListUsers200JSONResponse(out), err
}

// InviteUser implements StrictServerInterface.
func (s *Server) InviteUser(ctx context.Context, r InviteUserRequestObject) (InviteUserResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	in, err := s.Auth.Invite(ctx, by, auth.Invitation{Email: r.Body.Email, Name: r.Body.Name, Role: auth.Role(r.Body.Role), TeamIDs: value(r.Body.TeamIds), Locale: string(value(r.Body.Locale))})
	return InviteUser201JSONResponse(invitedJSON(in)), err
}

func invitedJSON(in auth.Invited) InvitedUser {
	return InvitedUser{User: userJSON(in.User), Mailed: in.Mailed, Link: filled(in.Link)}
}

// SendUserLink implements StrictServerInterface.
func (s *Server) SendUserLink(ctx context.Context, r SendUserLinkRequestObject) (SendUserLinkResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	in, err := s.Auth.SendLink(ctx, by, r.Id)
	return SendUserLink201JSONResponse(invitedJSON(in)), err
}

// UpdateUser implements StrictServerInterface.
func (s *Server) UpdateUser(ctx context.Context, r UpdateUserRequestObject) (UpdateUserResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.Auth.Update(ctx, by, r.Id, auth.Edit{Name: r.Body.Name, Role: auth.Role(r.Body.Role), TeamIDs: r.Body.TeamIds, Active: r.Body.Active})
	return UpdateUser200JSONResponse(userJSON(u)), err
}

func keyJSON(k auth.Key) ApiKey {
	return ApiKey{Id: k.ID, Name: k.Name, Role: KeyRole(k.Role), CreatedAt: k.CreatedAt, LastUsedAt: moment(k.UsedAt)}
}

// ListApiKeys implements StrictServerInterface.
func (s *Server) ListApiKeys(ctx context.Context, _ ListApiKeysRequestObject) (ListApiKeysResponseObject, error) {
	ks, err := s.Auth.Keys(ctx)
	out := ApiKeyList{Items: []ApiKey{}}
	for _, k := range ks {
		out.Items = append(out.Items, keyJSON(k))
	}
	return ListApiKeys200JSONResponse(out), err
}

// CreateApiKey implements StrictServerInterface.
func (s *Server) CreateApiKey(ctx context.Context, r CreateApiKeyRequestObject) (CreateApiKeyResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	k, secret, err := s.Auth.CreateKey(ctx, by, r.Body.Name, auth.Role(r.Body.Role))
	return CreateApiKey201JSONResponse(CreatedApiKey{Key: keyJSON(k), Secret: secret}), err
}

// RevokeApiKey implements StrictServerInterface.
func (s *Server) RevokeApiKey(ctx context.Context, r RevokeApiKeyRequestObject) (RevokeApiKeyResponseObject, error) {
	by, err := auth.From(ctx)
	if err != nil {
		return nil, err
	}
	return RevokeApiKey204Response{}, s.Auth.RevokeKey(ctx, by, r.Id)
}
