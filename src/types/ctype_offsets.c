/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where members lie: ctype_offsets.h. */
#include "types/ctype_offsets.h"

#define MARK   \
	"/* X" \
	"XX "

enum { WIDTH = 27 }; /* gdb/typeprint.c, print_offset_data::indentation */

void ij_offsets_init(struct ij_offsets *ret, const struct ij_ctype_how *how)
{
	*ret = (struct ij_offsets){.shown = how->offsets, .hex = how->hex};
}

unsigned ij_offsets_width(const struct ij_offsets *offsets)
{
	return offsets->shown ? WIDTH : 0;
}

static uint64_t bits_of(const struct ij_cmember *member)
{
	return member->bit_size ? member->bit_size : 8 * ij_ctype_strip(member->type)->size;
}

static uint64_t start_of(const struct ij_cmember *member)
{
	return 8 * member->off + member->bit_off;
}

/* Before the first member there is none: the virtual pointer may be there. */
static void hole(const struct ij_offsets *offsets, uint64_t start, const char *what,
		 struct ij_strbuf *out)
{
	uint64_t bits = start - offsets->end;

	if (!offsets->end || offsets->end >= start)
		return;
	if (bits % 8)
		ij_strbuf_printf(out, MARK "%2u-bit %-7s    */\n", (unsigned)(bits % 8), what);
	if (bits / 8)
		ij_strbuf_printf(out, MARK "%2llu-byte %-7s   */\n", (unsigned long long)(bits / 8),
				 what);
}

void ij_offsets_member(struct ij_offsets *offsets, const struct ij_ctype *type,
		       const struct ij_cmember *member, struct ij_strbuf *out)
{
	unsigned long long size = ij_ctype_strip(member->type)->size;
	unsigned long long start = start_of(member), real = start + offsets->base;

	if (type->kind == IJ_CT_UNION) {
		ij_strbuf_printf(out,
				 offsets->hex ? "/*                0x%04llx */"
					      : "/*                %6llu */",
				 size);
		return;
	}
	hole(offsets, start, "hole", out);
	if (member->bit_size)
		ij_strbuf_printf(out, offsets->hex ? "/* 0x%04llx: 0x%llx" : "/* %6llu:%2llu  ",
				 real / 8, real % 8);
	else
		ij_strbuf_printf(out, offsets->hex ? "/* 0x%04llx     " : "/* %6llu     ",
				 real / 8);
	ij_strbuf_printf(out, offsets->hex ? " |  0x%04llx */" : " |  %6llu */", size);
	offsets->end = start + bits_of(member);
}

void ij_offsets_enter(const struct ij_offsets *offsets, const struct ij_cmember *member,
		      struct ij_offsets *ret)
{
	*ret = *offsets;
	ret->base = offsets->base + start_of(member);
	ret->end = offsets->end - 8 * ij_ctype_strip(member->type)->size;
}

void ij_offsets_end(const struct ij_offsets *offsets, const struct ij_ctype *type, unsigned indent,
		    struct ij_strbuf *out)
{
	hole(offsets, 8 * type->size, "padding", out);
	ij_strbuf_printf(out, "\n%*s/* total size (bytes): %4llu */\n%*s", (int)indent + 4 + WIDTH,
			 "", (unsigned long long)type->size, WIDTH + (indent ? 0 : 2), "");
}
