package render

import "reflect"

// Refused says what keeps a part of a page type from being compiled for the
// types of its data, nil when nothing does. A type without such a template has
// nothing to refuse.
func (r *Renderer) Refused(name string, page, frame, shell any) error {
	t := r.byName[name]
	for _, p := range []struct {
		part *part
		data any
	}{{t.head, frame}, {t.extra, page}, {t.top, shell}, {t.above, frame}, {t.main, page}, {t.bottom, shell}} {
		if _, err := compile(p.part.html, reflect.TypeOf(p.data), p.part.markdown); err != nil {
			return err
		}
	}
	return nil
}
