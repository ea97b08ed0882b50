/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a frame saved the registers of its caller (gdb/stack.c, info_frame_command_core). */
#include "debugger/debugger.h"
#include "interject/listing.h"

enum { RBP = 6, RSP = 7 };

/* The rule of @frame's code. @module_ret: whose it is. NULL: none. */
static const struct ij_map_rule *rule_of(struct ij_debugger *d, const struct ij_stack_frame *frame,
					 const struct ij_unwind_module **module_ret)
{
	IJ_VEC_EACH (&d->maps.list, module) {
		const uint64_t off = frame->pc - !frame->exact - module->base;
		const struct ij_map_func *func;

		if (frame->pc < module->lo || frame->pc >= module->hi)
			continue;
		func = ij_map_func_find(&module->map, off);
		*module_ret = module;
		return func ? ij_map_rule_find(&module->map, func, off) : NULL;
	}
	return NULL;
}

struct ij_error *ij_debugger_frame_about(struct ij_debugger *d, unsigned level,
					 struct ij_debugger_frame_about *ret)
{
	const struct ij_unwind_module *module = NULL;
	const struct ij_map_rule *rule;
	struct ij_stack_frame *frame;

	IJ_TRY(ij_stack_frame(d, level, &frame));
	*ret = (struct ij_debugger_frame_about){.is_inlined = frame->inlined};
	if (frame->here)
		ret->language = frame->here->is_cxx ? "c++" : frame->here->is_rust ? "rust" : "c";
	rule = rule_of(d, frame, &module);
	if (frame->inlined || frame->dummy || !rule || !ij_stack_cfa(d, frame, &ret->cfa))
		return NULL;
	/* Where its frame pointer is set up, what is of the frame counts from there. */
	if (rule->cfa_kind == IJ_MAP_CFA_REG && rule->cfa_reg == RBP && frame->known >> RBP & 1)
		ret->base = frame->regs[RBP];
	else if (frame->known >> RSP & 1)
		ret->base = frame->regs[RSP] - 8;
	for (unsigned i = 0; i < rule->entry_len; i++) {
		const struct ij_map_entry *entry = &module->map.entries[rule->entry_idx + i];

		if (entry->kind != IJ_MAP_OFFSET || ret->len == IJ_DEBUGGER_SAVED_MAX)
			continue;
		ret->saved[ret->len].name = ij_regs_dwarf_name(entry->reg);
		ret->saved[ret->len++].addr = ret->cfa + (uint64_t)(int64_t)entry->value;
		if (entry->reg == IJ_MAP_REG_RA)
			ij_error_free(ij_debugger_read(d, ret->saved[ret->len - 1].addr,
						       &ret->saved_pc, sizeof(ret->saved_pc)));
	}
	return NULL;
}
