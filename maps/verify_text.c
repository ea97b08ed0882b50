/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the verifier found, as text and JSON. */
#include <stdio.h>

#include "arch/regs.h"
#include "maps/points_show.h"
#include "maps/verify.h"

static const struct {
	const char *name, *what, *text;
} checks[] = {
#define IJ_VERIFY(NAME, name, what, text) [IJ_VERIFY_##NAME] = {#name, (what), (text)},
#include "maps/verify.def"
#undef IJ_VERIFY
};

const char *ij_verify_name(unsigned check)
{
	return check < IJ_VERIFY_CHECKS ? checks[check].name : "?";
}

const char *ij_verify_origin_name(unsigned origin)
{
	static const char *const names[] = {
		[IJ_VERIFY_OTHER] = "elsewhere", [IJ_VERIFY_THREAD] = "thread",
		[IJ_VERIFY_STATIC] = "static",   [IJ_VERIFY_STACK] = "stack",
		[IJ_VERIFY_LOADED] = "loaded",   [IJ_VERIFY_COMPUTED] = "computed",
		[IJ_VERIFY_RESULT] = "result",
	};

	return origin < IJ_VERIFY_ORIGINS ? names[origin] : "?";
}

/* "rax", "v3": of a packed register. */
static void reg_name(unsigned reg, char *ret, size_t size)
{
	if (reg >= 16 && reg < 48)
		snprintf(ret, size, "v%u", reg - 16);
	else
		snprintf(ret, size, "%s", ij_regs_dwarf_name(reg & 15));
}

static bool has_reg(const struct ij_verify_finding *finding)
{
	return finding->check == IJ_VERIFY_APPEARS || finding->check == IJ_VERIFY_USE ||
	       finding->check == IJ_VERIFY_LABEL;
}

static void finding_text(const struct ij_verify_finding *finding, struct ij_object *obj,
			 const struct ij_points *points, struct ij_strbuf *out)
{
	const struct ij_points_func *func = &points->funcs.items[finding->func];
	char reg[8];

	ij_points_func_name(obj, points, func, out);
	ij_strbuf_printf(out, "+%#x: ", finding->pc - func->start);
	if (has_reg(finding)) {
		reg_name(finding->reg, reg, sizeof(reg));
		ij_strbuf_printf(out, "%s ", reg);
	}
	ij_strbuf_puts(out, checks[finding->check].text);
	switch (finding->check) {
	case IJ_VERIFY_FRAME:
		ij_strbuf_printf(out, " at +%#x: %d bytes, expected %d",
				 finding->other - func->start, finding->found, finding->expected);
		break;
	case IJ_VERIFY_USE:
		ij_strbuf_printf(out, " at +%#x", finding->other - func->start);
		for (unsigned i = 0; i < finding->path_len; i++)
			ij_strbuf_printf(out, "%s+%#x", i ? ", " : " by way of ",
					 finding->path[i] - func->start);
		ij_strbuf_printf(out, " (%s)", ij_verify_origin_name(finding->origin));
		break;
	case IJ_VERIFY_BOUNDARY:
	case IJ_VERIFY_LABEL:
		break;
	default:
		ij_strbuf_printf(out, ", behind +%#x", finding->other - func->start);
		break;
	}
	ij_strbuf_puts(out, finding->jumped ? "; nothing falls into it\n" : "\n");
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 100;
}

void ij_verify_text(const struct ij_verify *verify, struct ij_object *obj,
		    const struct ij_points *points, unsigned max, struct ij_strbuf *out)
{
	unsigned shown[IJ_VERIFY_CHECKS] = {0};

	IJ_VEC_EACH (&verify->findings, finding)
		if (shown[finding->check]++ < max)
			finding_text(finding, obj, points, out);
	for (unsigned i = 0; i < IJ_VERIFY_CHECKS; i++) {
		if (shown[i] > max)
			ij_strbuf_printf(out, "... and %llu more: %s\n",
					 (unsigned long long)(verify->found[i] - max),
					 checks[i].text);
	}
	for (unsigned i = 0; i < IJ_VERIFY_CHECKS; i++) {
		if (!verify->possible[i])
			continue;
		ij_strbuf_printf(out, "%-48s %10llu checked (%5.1f %%), %llu %s%s\n",
				 checks[i].what, (unsigned long long)verify->checked[i],
				 percent(verify->checked[i], verify->possible[i]),
				 (unsigned long long)verify->found[i],
				 ij_verify_is_proof(i) ? "contradiction" : "finding",
				 verify->found[i] == 1 ? "" : "s");
		if (verify->jumped[i])
			ij_strbuf_printf(out,
					 "    where nothing falls into the instruction   %10llu\n",
					 (unsigned long long)verify->jumped[i]);
	}
	for (unsigned i = 0; i < IJ_VERIFY_ORIGINS; i++)
		if (verify->origins[i])
			ij_strbuf_printf(out, "    uses of a value that came from: %-10s %10llu\n",
					 ij_verify_origin_name(i),
					 (unsigned long long)verify->origins[i]);
}

static void finding_json(const struct ij_verify_finding *finding, struct ij_object *obj,
			 const struct ij_points *points, struct ij_json *json)
{
	const struct ij_points_func *func = &points->funcs.items[finding->func];
	IJ_STRBUF_AUTO name = {0};
	char reg[8];

	ij_points_func_name(obj, points, func, &name);
	ij_json_object(json, NULL);
	ij_json_string(json, "check", checks[finding->check].name);
	ij_json_string(json, "function", ij_strbuf_get(&name));
	ij_json_uint(json, "offset", finding->pc - func->start);
	if (has_reg(finding)) {
		reg_name(finding->reg, reg, sizeof(reg));
		ij_json_string(json, "register", reg);
	}
	if (finding->check != IJ_VERIFY_BOUNDARY && finding->check != IJ_VERIFY_LABEL)
		ij_json_uint(json, finding->check == IJ_VERIFY_USE ? "used" : "behind",
			     finding->other - func->start);
	if (has_reg(finding))
		ij_json_bool(json, "jumped", finding->jumped);
	if (finding->check == IJ_VERIFY_FRAME) {
		ij_json_int(json, "expected", finding->expected);
		ij_json_int(json, "found", finding->found);
	}
	if (finding->check == IJ_VERIFY_USE) {
		ij_json_string(json, "origin", ij_verify_origin_name(finding->origin));
		ij_json_array(json, "path");
		for (unsigned i = 0; i < finding->path_len; i++)
			ij_json_uint(json, NULL, finding->path[i] - func->start);
		ij_json_array_end(json);
	}
	ij_json_object_end(json);
}

static void findings_json(const struct ij_verify *verify, struct ij_object *obj,
			  const struct ij_points *points, bool proof, struct ij_json *json)
{
	ij_json_array(json, proof ? "contradictions" : "findings");
	IJ_VEC_EACH (&verify->findings, finding)
		if (ij_verify_is_proof(finding->check) == proof)
			finding_json(finding, obj, points, json);
	ij_json_array_end(json);
}

void ij_verify_json(const struct ij_verify *verify, struct ij_object *obj,
		    const struct ij_points *points, struct ij_json *json)
{
	ij_json_object(json, "checks");
	for (unsigned i = 0; i < IJ_VERIFY_CHECKS; i++) {
		ij_json_object(json, checks[i].name);
		ij_json_uint(json, "possible", verify->possible[i]);
		ij_json_uint(json, "checked", verify->checked[i]);
		ij_json_uint(json, ij_verify_is_proof(i) ? "contradictions" : "findings",
			     verify->found[i]);
		ij_json_uint(json, "jumped", verify->jumped[i]);
		ij_json_object_end(json);
	}
	ij_json_object_end(json);
	ij_json_object(json, "origins");
	for (unsigned i = 0; i < IJ_VERIFY_ORIGINS; i++)
		ij_json_uint(json, ij_verify_origin_name(i), verify->origins[i]);
	ij_json_object_end(json);
	findings_json(verify, obj, points, true, json);
	findings_json(verify, obj, points, false, json);
}
