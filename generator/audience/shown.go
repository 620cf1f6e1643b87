package audience

// Shown is a list of which an audience sees all that is in it. Only [Show] makes
// one with anything in it, so that a function which takes one cannot be handed
// the whole list by mistake.
type Shown[T any] struct{ list []T }

// Show keeps of a list what an audience may see, in its order. The list is not
// changed. With a nil function nothing is kept.
func Show[T any](list []T, may func(T) bool) Shown[T] {
	var out Shown[T]
	for _, v := range list {
		if may != nil && may(v) {
			out.list = append(out.list, v)
		}
	}
	return out
}

// List gives what is shown. It must not be changed.
func (s Shown[T]) List() []T { return s.list }
