struct p { int x, y; struct p *next; };
union u { struct p p; char raw[16]; };
enum e { A, B = 4, C } __attribute__((packed));
struct __attribute__((packed, aligned(4))) t { char c : 3; int : 0; long l[2]; struct { int a; } in; };
typedef float v4 __attribute__((vector_size(16)));
struct p make(struct t t, v4 v);
