/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mimalloc. The format is described in libc.h. */
// library: mimalloc
void mi_collect(bool force); // need: allocator
void mi_free(void *mem); // need: allocator
void *mi_malloc(size_t size); // need: allocator
long mi_option_get(int option); // need: allocator
bool mi_option_is_enabled(int option); // need: allocator
void mi_option_set(int option, long value); // need: allocator
void mi_process_info(size_t *elapsed, size_t *user, size_t *system, size_t *rss, size_t *peak_rss, size_t *commit, size_t *peak_commit, size_t *faults); // need: allocator
void mi_stats_merge(void); // need: allocator
void mi_stats_print(void *out); // need: allocator, stdio, locale; traits: blocks
void mi_stats_print_out(void (*out)(const char *text, void *arg), void *arg); // need: allocator, stdio, locale; traits: blocks
void mi_stats_reset(void); // need: allocator
size_t mi_usable_size(const void *mem); // need: allocator
int mi_version(void); // need: allocator
