package disclosure

import "math/bits"

func add(a, b uint64) uint64 {
	s := a + b
	if s >= prime {
		s -= prime
	}
	return s
}

func subtract(a, b uint64) uint64 {
	if a >= b {
		return a - b
	}
	return a + prime - b
}

func multiply(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	// a·b = hi·2^64 + lo; 2^61 ≡ 1.
	s := (lo & prime) + (lo>>61 | hi<<3)
	s = s&prime + s>>61
	if s >= prime {
		s -= prime
	}
	return s
}

func power(a uint64, e uint64) uint64 {
	r := uint64(1)
	for ; e > 0; e >>= 1 {
		if e&1 == 1 {
			r = multiply(r, a)
		}
		a = multiply(a, a)
	}
	return r
}
