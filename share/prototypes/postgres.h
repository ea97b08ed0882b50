/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The backend of PostgreSQL. The format is described in libc.h. */
// library: postgres
size_t MemoryContextMemAllocated(struct MemoryContextData *context, bool recurse); // need: all; traits: blocks
void MemoryContextStats(struct MemoryContextData *context); // need: all; traits: blocks
void MemoryContextStatsDetail(struct MemoryContextData *context, int max_level, int max_children, bool print_to_stderr); // need: all; traits: blocks
