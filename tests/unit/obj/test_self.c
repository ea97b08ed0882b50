/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules of this very process, with the loader's own dlsym and dladdr as the oracle. */
#include "files.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern int fx_func(int x);
extern int fx_ifunc(void);
extern int fx_data;

static struct ij_mem_fd mem;
static struct ij_modules *mods;

static struct ij_error *open_path(const char *path, int *fd_ret)
{
	*fd_ret = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd_ret < 0)
		return ij_error_os(NOTFOUND, errno, "%s: %s", path, strerror(errno));
	return NULL;
}

static struct ij_error *open_module(struct ij_opener *self, const struct ij_vma *vma, int *fd_ret)
{
	(void)self;
	return open_path(vma->path, fd_ret);
}

static struct ij_error *open_debug(struct ij_opener *self, const char *path, int *fd_ret)
{
	(void)self;
	return open_path(path, fd_ret);
}

static struct ij_opener opener = {.module = open_module, .debug = open_debug};

static int setup(void **state)
{
	int fd = fx_open("/proc/self/maps");
	struct ij_vmas vmas;

	(void)state;
	ij_mem_fd_init(&mem, fx_open("/proc/self/mem"));
	fx_assert_ok(ij_vmas_read(fd, &vmas));
	close(fd);
	fx_assert_ok(ij_modules_create(&vmas, &mem.mem, &opener, &mods));
	ij_vmas_deinit(&vmas);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ij_modules_destroy(mods);
	close(mem.fd);
	return 0;
}

static int visit_phdr(struct dl_phdr_info *info, size_t size, void *ctx)
{
	struct ij_module *mod;
	unsigned *seen = ctx;
	ij_addr addr = 0;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum && !addr; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X))
			addr = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
	mod = ij_modules_find(mods, addr);
	assert_non_null(mod);
	assert_null(mod->problem);
	assert_int_equal(mod->bias, info->dlpi_addr);
	assert_int_equal(mod->main, !*seen); /* dl_iterate_phdr begins with the program */
	++*seen;
	return 0;
}

static void test_against_loader(void **state)
{
	unsigned seen = 0;
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);

	(void)state;
	dl_iterate_phdr(visit_phdr, &seen);
	assert_int_equal(len, seen);
	assert_true(list[0]->main);
	assert_true(list[len - 1]->vdso);
	assert_int_equal(list[len - 1]->lo, getauxval(AT_SYSINFO_EHDR));
}

struct compared {
	const struct ij_module *mod;
	unsigned functions, ifuncs, bound, data;
};

/* Every name that @mod exports resolves to what dlsym gives. */
static bool compare_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct compared *compared = ctx;
	void *want;
	struct ij_resolved res;
	struct ij_error *err;

	if (!sym->dynamic || sym->hidden_version || sym->kind == IJ_SYMBOL_TLS ||
	    (sym->version && !strcmp(sym->version, "GLIBC_PRIVATE")))
		return true;
	want = dlsym(RTLD_DEFAULT, sym->name);
	if (sym->kind == IJ_SYMBOL_DATA) {
		err = ij_modules_resolve_data(mods, sym->name, &res);
		compared->data++;
	} else {
		err = ij_modules_resolve(mods, sym->name, &res);
		compared->functions++;
	}
	if (err)
		fail_msg("%s: %s", sym->name, err->msg);
	if (res.symbol.kind == IJ_SYMBOL_IFUNC) {
		compared->ifuncs++;
		compared->bound += !res.needs_resolver;
	}
	if (!res.needs_resolver && res.addr != (ij_addr)(uintptr_t)want)
		fail_msg("%s: 0x%llx, but dlsym says %p", sym->name, (unsigned long long)res.addr,
			 want);
	return true;
}

static void test_against_dlsym(void **state)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);
	struct compared compared = {0};

	(void)state;
	for (size_t i = 0; i < len; i++) {
		if (strcmp(list[i]->name, "libc.so.6") &&
		    !strstr(list[i]->name, "libobj_fixture_linked"))
			continue;
		compared.mod = list[i];
		fx_assert_ok(ij_object_symbols_each(list[i]->obj, compare_symbol, &compared));
	}
	print_message("%u functions, %u data, %u of %u IFUNCs bound\n", compared.functions,
		      compared.data, compared.bound, compared.ifuncs);
	assert_true(compared.functions > 1500);
	assert_true(compared.data > 20);
	assert_true(compared.bound > 10);
}

/* This program's own slot of a library's IFUNC, bound at start-up or at the first call. */
static void test_own_ifunc(void **state)
{
	struct ij_resolved res;

	(void)state;
	assert_int_equal(fx_ifunc(), 11);
	fx_assert_ok(ij_modules_resolve(mods, "fx_ifunc", &res));
	assert_false(res.needs_resolver);
	assert_int_equal(res.addr, (ij_addr)(uintptr_t)dlsym(RTLD_DEFAULT, "fx_ifunc"));
}

static void test_describe_self(void **state)
{
	char buf[200];

	(void)state;
	assert_true(fx_func(fx_data) > 0);
	ij_modules_describe(mods, (ij_addr)(uintptr_t)dlsym(RTLD_DEFAULT, "fx_func") + 2, buf,
			    sizeof(buf));
	assert_string_equal(buf, "fx_func+0x2 (libobj_fixture_linked.so)");
	ij_modules_describe(mods, (ij_addr)(uintptr_t)&test_describe_self, buf, sizeof(buf));
	assert_string_equal(buf, "test_describe_self (test_obj_self)");
}

static void test_vdso(void **state)
{
	struct ij_resolved res;

	(void)state;
	fx_assert_ok(ij_modules_resolve(mods, "vdso!__vdso_clock_gettime", &res));
	assert_true(res.module->vdso);
	fx_assert_ok(ij_modules_resolve(mods, "clock_gettime", &res));
	assert_false(res.module->vdso);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_loader), cmocka_unit_test(test_against_dlsym),
		cmocka_unit_test(test_own_ifunc),      cmocka_unit_test(test_describe_self),
		cmocka_unit_test(test_vdso),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
