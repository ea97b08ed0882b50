/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variables of a function that stands at a trap in this very process, as built by each compiler;
 * and location expressions byte by byte. */
#include "files.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "obj/debug_frame.h"
#include "obj/object.h"

static const char *const files[] = {FRAMED_FILES};

/* What the handler knows: the functions keep a frame pointer. */
static struct {
	const char *file;
	struct ij_debug *debug;
	uint64_t bias;
	unsigned traps;
	void (*look)(const struct ij_dwarf_frame *frame, uint64_t pc);
} now;

struct regs {
	uint64_t list[17]; /* in DWARF's order */
	uint32_t known;
	__uint128_t xmm[16];
	uint64_t caller_pc, cfa;
};

static struct ij_error *reg(void *ctx, unsigned number, void *bytes, size_t size)
{
	struct regs *regs = ctx;

	if (number >= 17 && number <= 32 && size <= 16 && regs->known == 0x1ffff)
		memcpy(bytes, &regs->xmm[number - 17], size);
	else if (number < 17 && size <= 8 && regs->known >> number & 1)
		memcpy(bytes, &regs->list[number], size);
	else
		return ij_error_new(NOTFOUND, "register %u", number);
	return NULL;
}

static struct ij_error *read_own(void *ctx, ij_addr addr, void *bytes, size_t size)
{
	(void)ctx;
	memcpy(bytes, (const void *)(uintptr_t)addr, size);
	return NULL;
}

static struct ij_error *cfa(void *ctx, ij_addr *ret)
{
	*ret = ((struct regs *)ctx)->cfa;
	return NULL;
}

/* The caller's frame: of its registers only those that make it are known. */
static struct ij_error *entry(void *ctx, struct ij_dwarf_span expr, uint64_t *ret)
{
	const struct regs *regs = ctx;
	struct regs caller = {.known = 1 << 6 | 1 << 7};
	const struct ij_dwarf_frame frame = {
		.ctx = &caller, .bias = now.bias, .reg = reg, .read = read_own, .cfa = cfa};

	caller.list[7] = regs->cfa;
	memcpy(&caller.list[6], (const void *)(uintptr_t)(regs->cfa - 16), 8);
	caller.cfa = caller.list[6] + 16;
	return ij_debug_entry_value(now.debug, regs->caller_pc - now.bias, &frame, expr, ret);
}

static void on_trap(int sig, siginfo_t *info, void *ctx)
{
	static const int order[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
				    REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
				    REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
	const ucontext_t *uc = ctx;
	struct regs regs = {.known = 0x1ffff};
	const struct ij_dwarf_frame frame = {.ctx = &regs,
					     .bias = now.bias,
					     .reg = reg,
					     .read = read_own,
					     .cfa = cfa,
					     .entry = entry};

	(void)sig;
	(void)info;
	for (size_t i = 0; i < IJ_COUNT(order); i++)
		regs.list[i] = (uint64_t)uc->uc_mcontext.gregs[order[i]];
	memcpy(regs.xmm, uc->uc_mcontext.fpregs->_xmm, sizeof(regs.xmm));
	regs.cfa = regs.list[6] + 16;
	memcpy(&regs.caller_pc, (const void *)(uintptr_t)(regs.cfa - 8), 8);
	now.traps++;
	now.look(&frame, regs.list[16] - 1 - now.bias);
}

/* What is known of @local; false if it is optimised out. */
static bool value_of(const struct ij_debug_here *here, const struct ij_debug_local *local,
		     const struct ij_dwarf_frame *frame, void *bytes, size_t size)
{
	struct ij_dwarf_where where;
	bool whole;

	if (ij_ctype_strip(local->type)->size != size)
		fail_msg("%s: %s is of another size", now.file, local->name);
	fx_assert_ok(ij_debug_local_where(now.debug, here, local, frame, &where));
	fx_assert_ok(ij_dwarf_gather(&where, frame, bytes, size, &whole));
	return whole;
}

static const struct ij_debug_local *find(const struct ij_debug_here *here, unsigned level,
					 const char *name)
{
	IJ_VEC_EACH (&here->locals, it)
		if (it->level == level && !strcmp(it->name, name))
			return it;
	fail_msg("%s: no variable %s", now.file, name);
	return NULL;
}

static void check(const struct ij_debug_here *here, const struct ij_dwarf_frame *frame,
		  unsigned level, const char *name, int64_t want, bool may_be_lost)
{
	const struct ij_debug_local *local = find(here, level, name);
	size_t size = ij_ctype_strip(local->type)->size;
	int64_t found = 0;

	assert_in_range(size, 4, 8);
	/* clang 14 tells less of what it optimised. */
	may_be_lost = strstr(now.file, "_O0") ? false : may_be_lost || strstr(now.file, "clang");
	if (!value_of(here, local, frame, &found, size)) {
		if (!may_be_lost)
			fail_msg("%s: %s is optimised out", now.file, name);
		return;
	}
	if (size == 4)
		found = (int32_t)found;
	if (found != want)
		fail_msg("%s: %s is %lld, not %lld", now.file, name, (long long)found,
			 (long long)want);
}

static const char text[] = "abcdef";

/* In a block of framed(), whose `first` hides the parameter. */
static void look_block(const struct ij_debug_here *here, const struct ij_dwarf_frame *frame)
{
	const struct ij_debug_local *first = ij_debug_here_find(here, "first");
	struct {
		long list[3];
		uint32_t bits;
	} wide;
	int point[2];
	double second;

	assert_int_equal(here->levels.len, 1);
	assert_string_equal(here->levels.items[0].name, "framed");
	assert_int_equal(here->levels.items[0].type->params.len, 4);
	assert_false(first->is_parameter);
	assert_true(first->block > find(here, 0, "sum")->block);
	assert_true(find(here, 0, "third")->is_parameter);
	check(here, frame, 0, "first", (int64_t)(uintptr_t)(text + 2), false);
	check(here, frame, 0, "shadow", 7 + 10 + 2, false);
	check(here, frame, 0, "fourth", (int64_t)(uintptr_t)text, true);
	check(here, frame, 0, "sum", 17, true);
	check(here, frame, 0, "i", 2, true);
	check(here, frame, 0, "counter", 41, false);
	if (value_of(here, find(here, 0, "second"), frame, &second, 8))
		assert_true(second == 1.5);
	else
		assert_non_null(strstr(now.file, "clang"));
	if (value_of(here, find(here, 0, "third"), frame, point, 8)) {
		assert_int_equal(point[0], 10);
		assert_int_equal(point[1], 20);
	}
	assert_true(value_of(here, find(here, 0, "wide"), frame, &wide, 32));
	assert_int_equal(wide.list[0], 7);
	assert_int_equal(wide.bits & 0xfff, 5 | 300 << 3);
}

static void look_inner(const struct ij_debug_here *here, const struct ij_dwarf_frame *frame)
{
	const struct ij_debug_level *level = here->levels.items;
	uint64_t pointer = 0;
	int point[2] = {0, 0};

	assert_int_equal(here->levels.len, 2);
	assert_string_equal(level[0].name, "inner");
	assert_string_equal(level[1].name, "framed");
	assert_true(level[0].is_inlined && !level[1].is_inlined);
	assert_int_equal(level[0].call_file, 1);
	assert_in_range(level[0].call_line, 35, 50);
	check(here, frame, 0, "product", 170, false);
	check(here, frame, 0, "scale", 17, false);
	check(here, frame, 1, "sum", 17, true);
	/* Its address is in a register, or known to be that of `copy`, which then is in memory. */
	if (value_of(here, find(here, 0, "p"), frame, &pointer, 8))
		memcpy(point, (const void *)(uintptr_t)pointer, sizeof(point));
	else
		assert_true(value_of(here, find(here, 1, "copy"), frame, point, sizeof(point)));
	assert_int_equal(point[0], 10);
	assert_int_equal(point[1], 20);
	assert_null(ij_debug_here_find(here, "sum"));
}

static void look(const struct ij_dwarf_frame *frame, uint64_t pc)
{
	struct ij_debug_here here;

	fx_assert_ok(ij_debug_here(now.debug, pc, &here));
	if (now.traps == 1)
		look_block(&here, frame);
	else
		look_inner(&here, frame);
	ij_debug_here_deinit(&here);
}

/* Behind the last use of its arguments only the caller knows them. */
static void look_late(const struct ij_dwarf_frame *frame, uint64_t pc)
{
	bool told = strstr(now.file, "gcc_") && strstr(now.file, "_O2");
	struct ij_debug_here here;

	fx_assert_ok(ij_debug_here(now.debug, pc, &here));
	assert_string_equal(here.levels.items[0].name, "late");
	check(&here, frame, 0, "lost", 77, !told);
	check(&here, frame, 0, "other", -5, !told);
	ij_debug_here_deinit(&here);
}

/* Split units lie where they were built. */
static struct ij_error *open_part(void *ctx, const char *path, int *fd_ret)
{
	(void)ctx;
	*fd_ret = open(path, O_RDONLY | O_CLOEXEC);
	return *fd_ret < 0 ? ij_error_new(NOTFOUND, "no %s", path) : NULL;
}

static void in_file(const char *name)
{
	char path[512];
	struct ij_object *obj;
	struct ij_ctypes *types;
	struct ij_symbol sym;
	void *lib, *func;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", FX_DIR, name);
	now.file = name;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (fd < 0 || !lib)
		fail_msg("%s: %s", path, dlerror());
	fx_assert_ok(ij_object_open_fd(fd, name, &obj));
	fx_assert_ok(ij_ctypes_create(&types));
	fx_assert_ok(ij_debug_open(obj, types, &now.debug));
	fx_assert_ok(ij_debug_files_set(now.debug, obj, path, open_part, NULL));
	fx_assert_ok(ij_object_symbol(obj, "framed", &sym));
	func = dlsym(lib, "framed");
	now.bias = (uint64_t)(uintptr_t)func - sym.value;
	now.traps = 0;
	now.look = look;
	((int (*)(int, double, uint64_t, const char *))(uintptr_t)func)(7, 1.5, 10 | 20ull << 32,
									text);
	assert_int_equal(now.traps, 2);
	now.look = look_late;
	((int (*)(void))(uintptr_t)dlsym(lib, "framed_call"))();
	assert_int_equal(now.traps, 3);
	ij_debug_close(now.debug);
	ij_ctypes_destroy(types);
	ij_object_close(obj);
	dlclose(lib);
	close(fd);
}

static void test_frames(void **state)
{
	const struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
	struct sigaction before;

	(void)state;
	assert_int_equal(sigaction(SIGTRAP, &action, &before), 0);
	for (size_t i = 0; i < IJ_COUNT(files); i++)
		in_file(files[i]);
	sigaction(SIGTRAP, &before, NULL);
}

#define EXPR(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

static const struct {
	const uint8_t *bytes;
	size_t size;
	uint64_t want;
	int code; /* of the error; 0: none */
} numbers[] = {
	{EXPR(0x31), 1, 0},                                    /* lit1 */
	{EXPR(0x09, 0xff), UINT64_MAX, 0},                     /* const1s -1 */
	{EXPR(0x0b, 0x00, 0x80), (uint64_t)-32768, 0},         /* const2s */
	{EXPR(0x0d, 0xfe, 0xff, 0xff, 0xff), (uint64_t)-2, 0}, /* const4s */
	{EXPR(0x10, 0x80, 0x01, 0x23, 0x05), 133, 0},          /* constu, plus_uconst */
	{EXPR(0x11, 0x7f, 0x33, 0x1b), 0, 0},                  /* -1 / 3 */
	{EXPR(0x37, 0x33, 0x1d), 1, 0},                        /* 7 % 3 */
	{EXPR(0x38, 0x32, 0x1c, 0x12, 0x1e), 36, 0},           /* (8 - 2) squared */
	{EXPR(0x11, 0x78, 0x31, 0x26), (uint64_t)-4, 0},       /* -8 >> 1, signed */
	{EXPR(0x31, 0x08, 70, 0x24), 0, 0},                    /* 1 << 70 */
	{EXPR(0x11, 0x7f, 0x31, 0x2d), 1, 0},                  /* -1 < 1 */
	{EXPR(0x31, 0x32, 0x33, 0x17, 0x1c), (uint64_t)-1, 0}, /* rot */
	{EXPR(0x31, 0x32, 0x15, 1, 0x22), 3, 0},               /* pick */
	{EXPR(0x31, 0x28, 1, 0, 0x96, 0x35), 5, 0},            /* bra over a nop */
	{EXPR(0x73, 2), 0x1002, 0},                            /* breg3 + 2 */
	{EXPR(0x92, 3, 2), 0x1002, 0},                         /* bregx */
	{EXPR(0x53), 0x1000, 0},                               /* reg3: as a frame base */
	{EXPR(0x9c), 0x2000, 0},                               /* call_frame_cfa */
	{EXPR(0x35, 0x94, 2), 0x0605, 0},                      /* deref_size 2 of 5 */
	{EXPR(0x34, 0x06), 0x0b0a090807060504, 0},             /* deref of 4 */
	{EXPR(0x03, 4, 0, 0, 0, 0, 0, 0, 0), 0x104, 0},        /* addr + bias */
	{EXPR(0x0e, 4, 0, 0, 0, 0, 0, 0, 0, 0xe0), 0x5004, 0}, /* tls */
	{EXPR(0x03, 4, 0, 0, 0, 0, 0, 0, 0, 0x9b), 0x5004, 0}, /* tls, no bias */
	{EXPR(0x74, 0), 0, IJ_ERR_NOTFOUND},                   /* a register that is not known */
	{EXPR(0xa3, 1, 0x55), 0, IJ_ERR_NOTFOUND},             /* entry_value */
	{EXPR(0x91, 0), 0, IJ_ERR_BADDATA},                    /* fbreg in a frame base */
	{EXPR(0x22), 0, IJ_ERR_BADDATA},                       /* plus of nothing */
	{EXPR(0x31, 0x30, 0x1b), 0, IJ_ERR_BADDATA},           /* 1 / 0 */
	{EXPR(0x31, 0x94, 9), 0, IJ_ERR_BADDATA},              /* 9 bytes */
	{EXPR(0x0e, 1), 0, IJ_ERR_BADDATA},                    /* cut off */
	{EXPR(0x31, 0x2f, 0xfc, 0xff), 0, IJ_ERR_BADDATA},     /* the stack grows for ever */
	{EXPR(0x96, 0x2f, 0xfc, 0xff), 0, IJ_ERR_LIMIT},       /* for ever */
	{EXPR(0x2f, 0xff, 0x7f), 0, IJ_ERR_BADDATA},           /* far out */
	{EXPR(0x97), 0, IJ_ERR_UNSUPPORTED},                   /* push_object_address */
	{EXPR(0x38, 0x06), 0, IJ_ERR_FAULT},                   /* memory that is not there */
	{EXPR(0x31, 0x93, 1), 0, IJ_ERR_BADDATA},              /* a piece is no number */
};

static struct ij_error *fake_reg(void *ctx, unsigned number, void *bytes, size_t size)
{
	uint64_t value = 0x1000;

	(void)ctx;
	if (number != 3 || size > sizeof(value))
		return ij_error_new(NOTFOUND, "register %u", number);
	memcpy(bytes, &value, size);
	return NULL;
}

static struct ij_error *fake_read(void *ctx, ij_addr addr, void *bytes, size_t size)
{
	(void)ctx;
	if (addr + size > 13)
		return ij_error_new(FAULT, "0x%llx", (unsigned long long)addr);
	for (size_t i = 0; i < size; i++)
		((uint8_t *)bytes)[i] = (uint8_t)(addr + i);
	return NULL;
}

static struct ij_error *fake_cfa(void *ctx, ij_addr *ret)
{
	(void)ctx;
	*ret = 0x2000;
	return NULL;
}

static struct ij_error *fake_tls(void *ctx, uint64_t off, ij_addr *ret)
{
	(void)ctx;
	*ret = 0x5000 + off;
	return NULL;
}

static const struct ij_dwarf_frame fake = {
	.bias = 0x100, .reg = fake_reg, .read = fake_read, .cfa = fake_cfa, .tls = fake_tls};

static void test_numbers(void **state)
{
	struct ij_dwarf dwarf = {.budget = 1000};
	const struct ij_dwarf_unit unit = {.version = 5};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(numbers); i++) {
		const struct ij_dwarf_span expr = {.bytes = numbers[i].bytes,
						   .size = numbers[i].size};
		uint64_t value = 0;
		struct ij_error *err = ij_dwarf_number(
			&dwarf, &unit, &fake, (struct ij_dwarf_span){.bytes = NULL}, expr, &value);

		if ((err ? (int)err->code : 0) != numbers[i].code || value != numbers[i].want)
			fail_msg("row %zu: 0x%llx, %s", i, (unsigned long long)value,
				 err ? err->msg : "no error");
		ij_error_free(err);
	}
}

static const struct {
	const uint8_t *bytes;
	size_t size;
	uint64_t want; /* eight bytes of the object */
	bool whole;
	int code;
} places[] = {
	{EXPR(0x34), 0x0b0a090807060504, true, 0}, /* memory at 4 */
	{EXPR(0x53), 0x1000, true, 0},             /* reg3 */
	{EXPR(0x33, 0x9f), 3, true, 0},            /* stack_value */
	{EXPR(0x9e, 8, 1, 2, 3, 4, 5, 6, 7, 8), 0x0807060504030201, true, 0},
	{EXPR(0x9e, 2, 1, 2), 0x0201, true, 0}, /* implicit_value */
	{EXPR(0x32, 0x93, 4, 0x53, 0x93, 4), 0x0000100005040302, true, 0},
	{EXPR(0x32, 0x93, 4, 0x93, 4), 0x05040302, false, 0}, /* half of it lost */
	{EXPR(0x93, 4, 0x32, 0x93, 4), 0x0504030200000000, false, 0},
	{EXPR(0x32, 0x93, 4), 0x05040302, false, 0}, /* too little */
	{EXPR(0x37, 0x9f, 0x9d, 3, 0, 0x36, 0x9f, 0x9d, 61, 1), 7 | 3 << 3, true, 0},
	{EXPR(0x32, 0x9d, 12, 4, 0x30, 0x9f, 0x9d, 52, 0), 0x030, true, 0},
	{EXPR(0x54), 0, false, 0}, /* an unknown register */
	{EXPR(0x74, 0), 0, false, 0},
	{EXPR(0xa0, 0, 0, 0, 0, 0), 0, false, 0}, /* implicit_pointer */
	{NULL, 0, 0, false, 0},
	{EXPR(0x34, 0x93, 0), 0, false, IJ_ERR_BADDATA}, /* an empty piece */
	{EXPR(0x34, 0x93, 4, 0x34), 0, false, IJ_ERR_BADDATA},
	{EXPR(0x9e, 8, 1), 0, false, IJ_ERR_BADDATA},
	{EXPR(0x91, 0), 0, false, 0}, /* fbreg without a base */
};

static void test_places(void **state)
{
	struct ij_dwarf dwarf = {.budget = 1000};
	const struct ij_dwarf_unit unit = {.version = 5};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(places); i++) {
		const struct ij_dwarf_span expr = {.bytes = places[i].bytes,
						   .size = places[i].size};
		struct ij_dwarf_where where;
		uint64_t value = 0;
		bool whole = false;
		struct ij_error *err = ij_dwarf_locate(
			&dwarf, &unit, &fake, (struct ij_dwarf_span){.bytes = NULL}, expr, &where);

		if (!err)
			err = ij_dwarf_gather(&where, &fake, &value, sizeof(value), &whole);
		if ((err ? (int)err->code : 0) != places[i].code || value != places[i].want ||
		    whole != places[i].whole)
			fail_msg("row %zu: 0x%llx, %s", i, (unsigned long long)value,
				 err ? err->msg : "no error");
		ij_error_free(err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
