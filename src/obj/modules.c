/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The modules of a target, made from its mappings.
 *
 * Each executable mapping of a file is matched to a segment of that file, which gives the bias and
 * with it the module's whole range; nothing is inferred from neighbouring mappings. Then a note or
 * the headers are compared with memory, so that a file replaced on disk is never taken for the
 * mapped one.
 */
#include "obj/modules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "obj/modules_internal.h"

#define PAGE          4096u
#define ADDR_MAX      (1ull << 47)
#define VDSO_SIZE_MAX (256u * 1024)
#define RECENT        8u /* modules among which an executable mapping's own is looked for */

/* What was known of the target until now. */
struct before {
	const struct ij_modules *mods;
	const struct ij_vmas *vmas;
};

static uint64_t page_down(uint64_t value)
{
	return value & ~(uint64_t)(PAGE - 1);
}

static uint64_t page_up(uint64_t value)
{
	return page_down(value + PAGE - 1);
}

static void module_destroy(struct ij_module *mod)
{
	if (!mod)
		return;
	ij_object_close(mod->obj);
	if (mod->fd >= 0)
		close(mod->fd);
	ij_error_free(mod->problem);
	free(mod->path);
	free(mod);
}

static struct ij_module *module_create(const struct ij_vma *vma)
{
	struct ij_module_full *full = calloc(1, sizeof(*full));
	const char *slash;

	if (!full)
		return NULL;
	full->mod.path = strdup(vma->path);
	if (!full->mod.path) {
		free(full);
		return NULL;
	}
	slash = strrchr(full->mod.path, '/');
	full->mod.name = slash && slash[1] ? slash + 1 : full->mod.path;
	full->mod.lo = vma->lo;
	full->mod.hi = vma->hi;
	full->mod.fd = -1;
	full->inode = vma->inode;
	full->dev_major = vma->dev_major;
	full->dev_minor = vma->dev_minor;
	return &full->mod;
}

/* The segment that @vma maps: an executable one, at its start if there is a choice. */
static const struct ij_segment *segment_mapped(const struct ij_object *obj,
					       const struct ij_vma *vma)
{
	const struct ij_segment *segs, *found = NULL;
	unsigned best = 0;
	size_t len;

	segs = ij_object_segments(obj, &len);
	for (size_t i = 0; i < len; i++) {
		uint64_t first = page_down(segs[i].off);
		unsigned score;

		if (!segs[i].file_size || vma->off < first ||
		    vma->off >= page_up(segs[i].off + segs[i].file_size))
			continue;
		score = 1 + 2 * !!(segs[i].flags & PF_X) + (vma->off == first);
		if (score > best) {
			best = score;
			found = &segs[i];
		}
	}
	return found;
}

static struct ij_error *place(struct ij_module *mod, const struct ij_vma *vma)
{
	const struct ij_segment *seg = segment_mapped(mod->obj, vma);
	uint64_t span = ij_object_span(mod->obj);
	ij_addr lo;

	if (!seg)
		return ij_error_new(BADDATA, "no segment of %s is mapped from file offset 0x%llx",
				    mod->path, (unsigned long long)vma->off);
	mod->bias = vma->lo - (page_down(seg->vaddr) + (vma->off - page_down(seg->off)));
	lo = mod->bias + ij_object_base(mod->obj);
	if ((ij_object_type_get(mod->obj) == IJ_OBJECT_EXEC && mod->bias) || lo > vma->lo ||
	    span > ADDR_MAX - lo || page_up(lo + span) <= vma->lo)
		return ij_error_new(BADDATA, "the segments of %s do not fit its mapping at 0x%llx",
				    mod->path, (unsigned long long)vma->lo);
	mod->lo = lo;
	mod->hi = page_up(lo + span);
	return NULL;
}

static struct ij_error *replaced(const struct ij_module *mod, const char *what)
{
	return ij_error_new(BADDATA,
			    "the file %s is not the one that the target has mapped (%s differs): "
			    "it was replaced on disk",
			    mod->path, what);
}

/* Compare @size bytes at file offset @off with where they are loaded; false in @known: not loaded.
 */
static struct ij_error *compare(struct ij_modules *mods, struct ij_module *mod, uint64_t off,
				uint64_t size, const char *what, bool *known)
{
	const uint8_t *bytes;
	struct ij_error *err;
	uint64_t vaddr;
	uint8_t *mem;
	bool same;

	*known = ij_object_vaddr_of(mod->obj, off, size, &vaddr);
	if (!*known)
		return NULL;
	IJ_TRY(ij_image_get(&mod->obj->img, off, size, &bytes));
	mem = malloc(size ? size : 1);
	if (!mem)
		return ij_error_nomem();
	err = ij_mem_read(mods->mem, mod->bias + vaddr, mem, size);
	same = !err && !memcmp(mem, bytes, size);
	free(mem);
	if (err)
		return ij_error_wrap(err, "%s of %s", what, mod->path);
	return same ? NULL : replaced(mod, what);
}

static struct ij_error *check_memory(struct ij_modules *mods, struct ij_module *mod)
{
	const struct ij_span *note = &mod->obj->build_id_note;
	bool known = false;

	if (mod->obj->build_id)
		IJ_TRY(compare(mods, mod, note->off, note->size, "the build-id", &known));
	if (known)
		return NULL;
	IJ_TRY(compare(mods, mod, 0, sizeof(Elf64_Ehdr), "the ELF header", &known));
	if (known)
		IJ_TRY(compare(mods, mod, mod->obj->phoff, mod->obj->phnum * sizeof(Elf64_Phdr),
			       "a program header", &known));
	if (!known)
		return ij_error_new(UNSUPPORTED,
				    "%s has neither build-id nor headers in memory to compare by",
				    mod->path);
	return NULL;
}

static struct ij_error *open_file(struct ij_modules *mods, struct ij_module *mod,
				  const struct ij_vma *vma)
{
	struct ij_module_full *full = (struct ij_module_full *)mod;

	full->unreadable = true;
	IJ_TRY(mods->opener->module(mods->opener, vma, &mod->fd));
	IJ_TRY(ij_object_open_fd(mod->fd, mod->path, &mod->obj));
	full->unreadable = false;
	IJ_TRY(place(mod, vma));
	return check_memory(mods, mod);
}

/* The vdso is in no file: its image is what the target has mapped (vdso(7)). */
static struct ij_error *open_vdso(struct ij_modules *mods, struct ij_module *mod,
				  const struct ij_vma *vma)
{
	uint64_t size = vma->hi - vma->lo;
	struct ij_error *err;
	void *bytes;

	mod->vdso = true;
	if (size > VDSO_SIZE_MAX)
		return ij_error_new(LIMIT, "a vdso of %llu bytes", (unsigned long long)size);
	bytes = malloc(size);
	if (!bytes)
		return ij_error_nomem();
	err = ij_mem_read(mods->mem, vma->lo, bytes, size);
	if (!err)
		err = ij_object_open_bytes(bytes, size, mod->path, &mod->obj);
	free(bytes);
	if (err)
		return err;
	mod->bias = vma->lo - ij_object_base(mod->obj);
	return NULL;
}

/* Does @vma belong to a module that an earlier mapping gave? */
static bool is_covered(const struct ij_modules *mods, const struct ij_vma *vma)
{
	for (size_t n = 0; n < RECENT && n < mods->list.len; n++) {
		const struct ij_module *mod = mods->list.items[mods->list.len - 1 - n];

		if (vma->lo >= mod->lo && vma->lo < mod->hi && !strcmp(mod->path, vma->path))
			return true;
	}
	return false;
}

/*
 * Is @vma of a file that could not be read before? Runtimes map the code they generate from one
 * file in a great many places (the doublemapper of .NET); one module stands for all.
 */
static bool is_unreadable(const struct ij_modules *mods, const struct ij_vma *vma)
{
	IJ_VEC_EACH (&mods->list, mod) {
		const struct ij_module_full *full = (const struct ij_module_full *)*mod;

		if (full->unreadable && full->inode == vma->inode &&
		    full->dev_major == vma->dev_major && full->dev_minor == vma->dev_minor &&
		    !strcmp(full->mod.path, vma->path))
			return true;
	}
	return false;
}

static struct ij_error *add_module(struct ij_modules *mods, const struct ij_vma *vma)
{
	struct ij_module *mod;
	struct ij_error *err;

	if (mods->list.len >= IJ_MODULES_MAX)
		return ij_error_new(LIMIT, "the target has over %u modules", IJ_MODULES_MAX);
	mod = module_create(vma);
	if (!mod)
		return ij_error_nomem();
	err = ij_vec_push(&mods->list, mod);
	if (err) {
		module_destroy(mod);
		return err;
	}
	mod->problem =
		vma->flags & IJ_VMA_VDSO ? open_vdso(mods, mod, vma) : open_file(mods, mod, vma);
	if (mod->problem) {
		ij_object_close(mod->obj);
		mod->obj = NULL;
		mod->lo = vma->lo;
		mod->hi = vma->hi;
		mod->bias = 0;
		if (mod->fd >= 0)
			close(mod->fd);
		mod->fd = -1;
		if (mod->problem->code == IJ_ERR_NOMEM) {
			err = mod->problem;
			mod->problem = NULL;
			return err;
		}
	}
	return NULL;
}

static int by_lo(const void *a, const void *b)
{
	const struct ij_module *const *x = a, *const *y = b;

	return (*x)->lo < (*y)->lo ? -1 : (*x)->lo > (*y)->lo;
}

/* The first mapping that reaches beyond @lo. */
static const struct ij_vma *first_in(const struct ij_vmas *vmas, ij_addr lo)
{
	const struct ij_vma *vma = vmas->list.items, *end = vma + vmas->list.len;

	while (vma < end && vma->hi <= lo)
		vma++;
	return vma;
}

static bool same_mapping(const struct ij_vma *a, const struct ij_vma *b)
{
	return a->lo == b->lo && a->hi == b->hi && a->off == b->off && a->inode == b->inode &&
	       a->dev_major == b->dev_major && a->dev_minor == b->dev_minor &&
	       a->flags == b->flags && !strcmp(a->path, b->path);
}

/* Is every mapping in the range of @mod what it was? */
static bool is_unchanged(const struct ij_module *mod, const struct ij_vmas *was,
			 const struct ij_vmas *now)
{
	const struct ij_vma *a = first_in(was, mod->lo), *a_end = was->list.items + was->list.len;
	const struct ij_vma *b = first_in(now, mod->lo), *b_end = now->list.items + now->list.len;

	for (;; a++, b++) {
		bool more_a = a < a_end && a->lo < mod->hi, more_b = b < b_end && b->lo < mod->hi;

		if (!more_a || !more_b)
			return more_a == more_b;
		if (!same_mapping(a, b))
			return false;
	}
}

/*
 * The module of @before to which @vma belonged and still belongs, or NULL. Memory is asked again: a
 * new file may have the number and the place of one that was deleted.
 */
static struct ij_module *kept(struct ij_modules *mods, const struct before *before,
			      const struct ij_vmas *now, const struct ij_vma *vma)
{
	struct ij_module *mod = before ? ij_modules_find(before->mods, vma->lo) : NULL;
	IJ_ERROR_AUTO err = NULL;

	if (!mod || !mod->obj || !is_unchanged(mod, before->vmas, now))
		return NULL;
	if (!mod->vdso)
		err = check_memory(mods, mod);
	return err ? NULL : mod;
}

static struct ij_error *find_all(struct ij_modules *mods, const struct ij_vmas *vmas,
				 const struct before *before)
{
	IJ_VEC_EACH (&vmas->list, vma) {
		bool file = ij_vma_is_of_file(vma);
		struct ij_module *mod;

		if (!(vma->flags & IJ_VMA_EXEC) || !(file || (vma->flags & IJ_VMA_VDSO)) ||
		    is_covered(mods, vma) || (file && is_unreadable(mods, vma)))
			continue;
		mod = kept(mods, before, vmas, vma);
		IJ_TRY(mod ? ij_vec_push(&mods->list, mod) : add_module(mods, vma));
	}
	IJ_TRY(ij_vec_reserve(&mods->by_addr, mods->list.len));
	IJ_VEC_EACH (&mods->list, mod)
		mods->by_addr.items[mods->by_addr.len++] = *mod;
	if (mods->by_addr.len)
		qsort(mods->by_addr.items, mods->by_addr.len, sizeof(*mods->by_addr.items), by_lo);
	return ij_modules_order(mods);
}

struct ij_error *ij_modules_create(const struct ij_vmas *vmas, struct ij_mem *mem,
				   struct ij_opener *opener, struct ij_modules **ret)
{
	struct ij_modules *mods = calloc(1, sizeof(*mods));
	struct ij_error *err;

	if (!mods)
		return ij_error_nomem();
	mods->mem = mem;
	mods->opener = opener;
	err = find_all(mods, vmas, NULL);
	if (err) {
		ij_modules_destroy(mods);
		return err;
	}
	*ret = mods;
	return NULL;
}

/* Take what is in both lists out of @mods. */
static void forget_shared(struct ij_modules *mods, const struct ij_modules *other)
{
	size_t len = 0;

	IJ_VEC_EACH (&mods->list, mod)
		if (ij_modules_find(other, (*mod)->lo) != *mod)
			mods->list.items[len++] = *mod;
	mods->list.len = len;
}

struct ij_error *ij_modules_renew(struct ij_modules *mods, const struct ij_vmas *was,
				  const struct ij_vmas *now, struct ij_modules **ret)
{
	const struct before before = {.mods = mods, .vmas = was};
	struct ij_modules *made = calloc(1, sizeof(*made));
	struct ij_error *err;

	if (!made)
		return ij_error_nomem();
	made->mem = mods->mem;
	made->opener = mods->opener;
	err = find_all(made, now, &before);
	if (err) {
		forget_shared(made, mods);
		ij_modules_destroy(made);
		return err;
	}
	forget_shared(mods, made);
	ij_modules_destroy(mods);
	*ret = made;
	return NULL;
}

void ij_modules_destroy(struct ij_modules *mods)
{
	if (!mods)
		return;
	IJ_VEC_EACH (&mods->list, mod)
		module_destroy(*mod);
	ij_vec_deinit(&mods->list);
	ij_vec_deinit(&mods->by_addr);
	ij_vec_deinit(&mods->paths);
	free(mods);
}

struct ij_module *const *ij_modules_list(const struct ij_modules *mods, size_t *len_ret)
{
	*len_ret = mods->list.len;
	return mods->list.items;
}

struct ij_module *ij_modules_find(const struct ij_modules *mods, ij_addr addr)
{
	size_t lo = 0, hi = mods->by_addr.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (mods->by_addr.items[mid]->lo <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && addr < mods->by_addr.items[lo - 1]->hi ? mods->by_addr.items[lo - 1] : NULL;
}
