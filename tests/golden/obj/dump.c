/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints what we read of an ELF file, in the form to which compare.sh brings readelf's output. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "obj/object.h"

struct check {
	struct ij_object *obj;
	unsigned wrong;
};

static const char *kind_name(enum ij_symbol_kind kind)
{
	switch (kind) {
	case IJ_SYMBOL_FUNC:
		return "FUNC";
	case IJ_SYMBOL_IFUNC:
		return "IFUNC";
	case IJ_SYMBOL_DATA:
		return "OBJECT";
	case IJ_SYMBOL_TLS:
		return "TLS";
	case IJ_SYMBOL_NONE:
		break;
	}
	return "NOTYPE";
}

static bool print_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct check *check = ctx;
	struct ij_symbol found;

	printf(sym->size > 99999 ? "%s %016" PRIx64 " 0x%" PRIx64 : "%s %016" PRIx64 " %" PRIu64,
	       sym->dynamic ? "dyn" : "sym", sym->value, sym->size);
	printf(" %s %s %s%s%s%s\n", kind_name(sym->kind),
	       sym->local  ? "LOCAL"
	       : sym->weak ? "WEAK"
			   : "GLOBAL",
	       sym->name, sym->hidden_version ? " @" : "",
	       sym->version && !sym->hidden_version ? " @@" : "", sym->version ? sym->version : "");
	/* Each default exported name must be found again through the hash table. */
	if (sym->dynamic && !sym->hidden_version && !sym->local) {
		struct ij_error *err = ij_object_symbol(check->obj, sym->name, &found);

		if (err || found.value != sym->value || found.kind != sym->kind) {
			check->wrong++;
			fprintf(stderr, "%s: not found again\n", sym->name);
		}
		ij_error_free(err);
	}
	return true;
}

static void print_headers(struct ij_object *obj)
{
	size_t len, id_size;
	const struct ij_segment *segs = ij_object_segments(obj, &len);
	const uint8_t *id = ij_object_build_id(obj, &id_size);
	uint64_t vaddr, size;

	printf("entry 0x%" PRIx64 "\n", ij_object_entry(obj));
	for (size_t i = 0; i < len; i++)
		printf("LOAD 0x%06" PRIx64 " 0x%016" PRIx64 " 0x%06" PRIx64 " 0x%06" PRIx64
		       " %s%s%s\n",
		       segs[i].off, segs[i].vaddr, segs[i].file_size, segs[i].mem_size,
		       segs[i].flags & 4 ? "R" : "", segs[i].flags & 2 ? "W" : "",
		       segs[i].flags & 1 ? "E" : "");
	if (ij_object_eh_frame_hdr(obj, &vaddr, &size))
		printf("GNU_EH_FRAME 0x%016" PRIx64 " 0x%06" PRIx64 "\n", vaddr, size);
	if (ij_object_dynamic(obj))
		printf("DYNAMIC 0x%016" PRIx64 "\n", ij_object_dynamic(obj));
	if (id) {
		printf("build-id ");
		for (size_t i = 0; i < id_size; i++)
			printf("%02x", id[i]);
		printf("\n");
	}
	if (ij_object_soname(obj))
		printf("soname %s\n", ij_object_soname(obj));
}

int main(int argc, char **argv)
{
	struct check check = {0};
	struct ij_error *err;
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		perror(argc == 2 ? argv[1] : "usage: dump FILE");
		return 2;
	}
	err = ij_object_open_fd(fd, argv[1], &check.obj);
	if (!err) {
		print_headers(check.obj);
		err = ij_object_symbols_each(check.obj, print_symbol, &check);
		ij_object_close(check.obj);
	}
	if (err)
		fprintf(stderr, "%s\n", err->msg);
	close(fd);
	return err || check.wrong;
}
