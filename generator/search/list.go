package search

// digits are those of the numbers in a list: five bits each, the lowest first,
// and a digit of the upper half where more follow. None of them is a digit or a
// letter that is found in a commit's id, so that a list is never mistaken for
// one, and none needs to be escaped in JSON.
const digits = "GHIJKLMNOPQRSTUVWXYZghijklmnopqr" + "stuvwxyz!#$%()*+,-./:;=?@[]^_{|}"

// encode writes both lists: the distance from one entry to the next, those that
// are named before a blank, those that are told behind it.
func (l *listed) encode() string {
	out := appendList(nil, l.named)
	if len(l.told) > 0 {
		out = appendList(append(out, ' '), l.told)
	}
	return string(out)
}

func appendList(out []byte, list []int32) []byte {
	before := int32(-1)
	for _, n := range list {
		distance := n - before - 1
		before = n
		for distance >= 32 {
			out = append(out, digits[32+distance&31])
			distance >>= 5
		}
		out = append(out, digits[distance])
	}
	return out
}
