/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parser of /proc/PID/maps (Linux, fs/proc/task_mmu.c, show_map_vma). */
#include "mem/vmas.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"

#define MAX_VMAS 1000000

/* A hexadecimal or decimal number that must be followed by @stop; advances past it. */
static bool number(const char **pos, const char *end, int base, char stop, uint64_t *ret)
{
	uint64_t value = 0;
	const char *p = *pos;

	for (; p < end && *p != stop; p++) {
		int digit = *p >= '0' && *p <= '9'   ? *p - '0'
			    : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10
						     : 99;

		if (digit >= base || value > (UINT64_MAX - (uint64_t)digit) / (uint64_t)base)
			return false;
		value = value * (uint64_t)base + (uint64_t)digit;
	}
	if (p == *pos || p >= end)
		return false;
	*pos = p + 1;
	*ret = value;
	return true;
}

/* The kernel writes a newline in a name as \012 and, since 6.x, other controls alike. */
static char *unescape(const char *name, size_t len)
{
	char *out = malloc(len + 1);
	size_t n = 0;

	if (!out)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '\\' && len - i > 3 && name[i + 1] == '0' && name[i + 2] == '1' &&
		    name[i + 3] == '2') {
			out[n++] = '\n';
			i += 3;
		} else {
			out[n++] = name[i];
		}
	}
	out[n] = 0;
	return out;
}

static bool parse_line(const char *p, const char *end, struct ij_vma *vma, const char **name_ret)
{
	static const char letters[] = "rwx";
	uint64_t major, minor;

	if (!number(&p, end, 16, '-', &vma->lo) || !number(&p, end, 16, ' ', &vma->hi) ||
	    vma->lo >= vma->hi || end - p < 5 || p[4] != ' ')
		return false;
	for (unsigned i = 0; i < 3; i++)
		if (p[i] == letters[i])
			vma->flags |= 1u << i;
	if (p[3] == 's')
		vma->flags |= IJ_VMA_SHARED;
	p += 5;
	if (!number(&p, end, 16, ' ', &vma->off) || !number(&p, end, 16, ':', &major) ||
	    !number(&p, end, 16, ' ', &minor))
		return false;
	vma->dev_major = (uint32_t)major;
	vma->dev_minor = (uint32_t)minor;
	vma->inode = 0;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		vma->inode = vma->inode * 10 + (uint64_t)(*p - '0');
	while (p < end && *p == ' ')
		p++;
	*name_ret = p;
	return true;
}

static struct ij_error *add_line(const char *line, size_t len, struct ij_vmas *ret)
{
	static const char deleted[] = " (deleted)";
	const char *end = line + len, *name;
	size_t name_len;
	struct ij_vma vma = {0};
	struct ij_error *err;

	if (ret->list.len >= MAX_VMAS)
		return ij_error_new(LIMIT, "the target has over %d mappings", MAX_VMAS);
	if (!parse_line(line, end, &vma, &name))
		return ij_error_new(BADDATA, "unexpected line in /proc/PID/maps: %.*s",
				    (int)(len < 200 ? len : 200), line);
	/* Mappings that change while the file is read may be listed twice, in part: the first is
	 * kept. */
	if (ret->list.len && vma.lo < ret->list.items[ret->list.len - 1].hi) {
		ij_addr hi = ret->list.items[ret->list.len - 1].hi;

		if (vma.hi <= hi)
			return NULL;
		vma.off += hi - vma.lo;
		vma.lo = hi;
	}
	name_len = (size_t)(end - name);
	if (name_len > sizeof(deleted) - 1 && name[0] == '/' &&
	    !memcmp(end - (sizeof(deleted) - 1), deleted, sizeof(deleted) - 1)) {
		vma.flags |= IJ_VMA_DELETED;
		name_len -= sizeof(deleted) - 1;
	}
	vma.path = unescape(name, name_len);
	if (!vma.path)
		return ij_error_nomem();
	if (!strcmp(vma.path, "[stack]"))
		vma.flags |= IJ_VMA_STACK;
	else if (!strcmp(vma.path, "[vdso]"))
		vma.flags |= IJ_VMA_VDSO;
	err = ij_vec_push(&ret->list, vma);
	if (err)
		free(vma.path);
	return err;
}

struct ij_error *ij_vmas_parse(const char *text, size_t size, struct ij_vmas *ret)
{
	struct ij_vmas vmas = {0};
	const char *end = text + size;

	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		struct ij_error *err;

		if (!eol)
			eol = end;
		err = add_line(text, (size_t)(eol - text), &vmas);
		if (err) {
			ij_vmas_deinit(&vmas);
			return err;
		}
		text = eol + 1;
	}
	if (!vmas.list.len)
		return ij_error_new(GONE, "the target has no memory any more: it is exiting or a "
					  "zombie");
	*ret = vmas;
	return NULL;
}

struct ij_error *ij_vmas_read(int fd, struct ij_vmas *ret)
{
	IJ_STRBUF_AUTO text = {0};
	char chunk[16384];
	off_t off = 0;

	for (;;) {
		ssize_t n = pread(fd, chunk, sizeof(chunk), off);

		if (n < 0 && errno == EINTR)
			continue;
		/* Of one that was reaped meanwhile. */
		if (n < 0 && errno == ESRCH)
			return ij_error_new(GONE, "the target exited");
		if (n < 0)
			return ij_error_os(OS, errno, "cannot read the target's mappings: %s",
					   strerror(errno));
		if (!n)
			break;
		ij_strbuf_add(&text, chunk, (size_t)n);
		off += n;
	}
	IJ_TRY(ij_strbuf_error(&text));
	return ij_vmas_parse(ij_strbuf_get(&text), text.len, ret);
}

const struct ij_vma *ij_vmas_find(const struct ij_vmas *vmas, ij_addr addr)
{
	size_t lo = 0, hi = vmas->list.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct ij_vma *vma = &vmas->list.items[mid];

		if (addr < vma->lo)
			hi = mid;
		else if (addr >= vma->hi)
			lo = mid + 1;
		else
			return vma;
	}
	return NULL;
}

bool ij_vma_is_of_file(const struct ij_vma *vma)
{
	return vma->path[0] == '/' && vma->inode && strcmp(vma->path, "/dev/zero") != 0;
}

void ij_vmas_deinit(struct ij_vmas *vmas)
{
	IJ_VEC_EACH (&vmas->list, vma)
		free(vma->path);
	ij_vec_deinit(&vmas->list);
}
