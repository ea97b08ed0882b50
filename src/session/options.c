/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options structs of any version of the library: what is unknown must be zero, what is missing is
 * default. */
#include <string.h>

#include "base/clock.h"
#include "session/session.h"
#include "session/stop.h"

#define DEFAULT_TIMEOUT_NS (5 * IJ_NS_PER_S)
#define DEFAULT_PAUSE_NS   (50 * IJ_NS_PER_MS)
#define DEFAULT_WAIT_NS    (2 * IJ_NS_PER_S)

/* The sizes that structs had when their first version was published: none is smaller. */
#define SESSION_SIZE_MIN (offsetof(struct ij_session_options, child) + sizeof(bool))
#define CALL_SIZE_MIN    (offsetof(struct ij_call_options, stack) + sizeof(enum ij_call_stack))
#define STOP_SIZE_MIN    (offsetof(struct ij_stop_options, timeout_ns) + sizeof(uint64_t))
#define MAPS_SIZE_MIN    (offsetof(struct ij_maps_options, slop) + sizeof(bool))

/*
 * Copy @given, which says to be @given_size bytes, over the defaults at @ret, @size bytes. The same
 * rule as clone3(2) has.
 */
static struct ij_error *merge(const char *name, const void *given, size_t given_size, size_t min,
			      void *ret, size_t size)
{
	const uint8_t *bytes = given;

	if (given_size < min || given_size > 4096)
		return ij_error_new(USAGE, "struct %s of %zu bytes: initialise it with %s_init",
				    name, given_size, name);
	for (size_t i = size; i < given_size; i++)
		if (bytes[i])
			return ij_error_new(USAGE,
					    "struct %s has an option at byte %zu that libinterject "
					    "%s does not know",
					    name, i, ij_version());
	memcpy(ret, given, given_size < size ? given_size : size);
	return NULL;
}

/* Defaults of ours, cut to the caller's @size. */
static void fill(void *options, size_t size, const void *defaults, size_t defaults_size)
{
	memset(options, 0, size);
	memcpy(options, defaults, size < defaults_size ? size : defaults_size);
	memcpy(options, &size, sizeof(size));
}

static const struct ij_session_options session_defaults = {
	.size = sizeof(struct ij_session_options)};

static const struct ij_call_options call_defaults = {
	.size = sizeof(struct ij_call_options),
	.timeout_ns = DEFAULT_TIMEOUT_NS,
	.pause_ns = DEFAULT_PAUSE_NS,
	.wait_ns = DEFAULT_WAIT_NS,
	.walkers = IJ_WIRE_WALKERS_ALL,
};

static const struct ij_maps_options maps_defaults = {.size = sizeof(struct ij_maps_options)};

void ij_session_options_init(struct ij_session_options *options, size_t size)
{
	fill(options, size, &session_defaults, sizeof(session_defaults));
}

void ij_call_options_init(struct ij_call_options *options, size_t size)
{
	fill(options, size, &call_defaults, sizeof(call_defaults));
}

struct ij_error *ij_session_options_of(const struct ij_session_options *given,
				       struct ij_session_options *ret)
{
	struct ij_session_options options = session_defaults;

	if (given)
		IJ_TRY(merge("ij_session_options", given, given->size, SESSION_SIZE_MIN, &options,
			     sizeof(options)));
	*ret = options;
	return NULL;
}

struct ij_error *ij_call_options_of(const struct ij_call_options *given,
				    struct ij_call_options *ret)
{
	struct ij_call_options options = call_defaults;

	if (given)
		IJ_TRY(merge("ij_call_options", given, given->size, CALL_SIZE_MIN, &options,
			     sizeof(options)));
	if (options.keep && (options.rehearse || options.in_copy))
		return ij_error_new(USAGE, "memory cannot be kept (--keep) of a call in a copy of "
					   "the target (--rehearse, --in-copy): what it would be "
					   "seen to do there it would do to other memory");
	*ret = options;
	return NULL;
}

void ij_maps_options_init(struct ij_maps_options *options, size_t size)
{
	fill(options, size, &maps_defaults, sizeof(maps_defaults));
}

struct ij_error *ij_maps_options_of(const struct ij_maps_options *given,
				    struct ij_maps_options *ret)
{
	struct ij_maps_options options = maps_defaults;

	if (given)
		IJ_TRY(merge("ij_maps_options", given, given->size, MAPS_SIZE_MIN, &options,
			     sizeof(options)));
	*ret = options;
	return NULL;
}

static const struct ij_stop_options stop_defaults = {.size = sizeof(struct ij_stop_options),
						     .signo = IJ_STOP_SIGNAL_OWN,
						     .timeout_ns = IJ_NEVER};

void ij_stop_options_init(struct ij_stop_options *options, size_t size)
{
	fill(options, size, &stop_defaults, sizeof(stop_defaults));
}

struct ij_error *ij_stop_options_of(const struct ij_stop_options *given,
				    struct ij_stop_options *ret)
{
	struct ij_stop_options options = stop_defaults;

	if (given)
		IJ_TRY(merge("ij_stop_options", given, given->size, STOP_SIZE_MIN, &options,
			     sizeof(options)));
	*ret = options;
	return NULL;
}

static const char *const walkers[] = {
#define IJ_W(NAME, name, text) [IJ_WIRE_WALKER_##NAME] = #name,
#include "wire/walkers.def"
#undef IJ_W
};

static bool is_word(const char *pos, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(pos, word, len);
}

struct ij_error *ij_walkers_parse(const char *text, uint32_t *ret)
{
	uint32_t set = 0;

	for (const char *pos = text;;) {
		size_t len = strcspn(pos, ","), i;

		for (i = 0; i < IJ_COUNT(walkers) && !is_word(pos, len, walkers[i]); i++)
			;
		if (i < IJ_COUNT(walkers))
			set |= 1u << i;
		else if (is_word(pos, len, "auto"))
			set |= IJ_WIRE_WALKERS_ALL;
		else if (!is_word(pos, len, "none"))
			return ij_error_new(USAGE,
					    "there is no walker \"%.*s\"; there are auto, "
					    "none, pick, step, return, exit, restart, simulate, "
					    "displace, poll, until and retry",
					    (int)(len < 40 ? len : 40), pos);
		if (!pos[len])
			break;
		pos += len + 1;
	}
	*ret = set;
	return NULL;
}

const char *ij_version(void)
{
	return IJ_VERSION;
}
