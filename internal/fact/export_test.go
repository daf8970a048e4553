package fact

// KeepAtMost sets how many sums of a kind are kept.
func (s *Service) KeepAtMost(n int) { s.keptMost = n }
