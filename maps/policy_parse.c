/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsing policy files; interject-policy(5) describes their format. */
#include <errno.h>
#include <string.h>

#include "base/glob.h"
#include "base/strbuf.h"
#include "maps/policy_rules.h"

struct word {
	char *text;
	unsigned line, column; /* from 1; columns are bytes */
};

struct parser {
	struct ij_policy *policy;
	const char *file;
	bool user;
	unsigned line;
	bool in_section;    /* after a "[class] reason" line */
	ij_classes classes; /* of that line */
	const char *reason;
	IJ_VEC(struct word) words; /* of the rule that is being read, over all of its lines */
};

/* A reason of an error that is made at @word: "FILE:LINE:COLUMN: ...". */
static struct ij_error *at_word(const struct parser *p, const struct word *word,
				struct ij_error *err)
{
	return ij_error_wrap(err, "%s:%u:%u", p->file, word->line, word->column);
}

enum { NEAR_MAX = 24, NEAR_EDITS = 2 };

/* Edit distance (Levenshtein) of two words under NEAR_MAX characters. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[NEAR_MAX + 1];
	size_t b_len = strlen(b);

	for (unsigned j = 0; j <= b_len; j++)
		row[j] = j;
	for (unsigned i = 0; a[i]; i++) {
		unsigned diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < b_len; j++) {
			unsigned cost = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			if (cost > diagonal + 1)
				cost = diagonal + 1;
			if (cost > row[j] + 1)
				cost = row[j] + 1;
			row[j + 1] = cost;
		}
	}
	return row[b_len];
}

/* "; did you mean "X"?" if one of the names that @name_of gives is near @word. */
static void suggest(const char *word, const char *(*name_of)(unsigned idx), struct ij_strbuf *out)
{
	const char *best = NULL, *name;
	unsigned least = NEAR_EDITS + 1;

	if (strlen(word) >= NEAR_MAX)
		return;
	for (unsigned i = 0; (name = name_of(i)); i++) {
		unsigned edits = distance(word, name);

		/* Few slips are at the first character, and not two of them. */
		if (edits < least && (edits < 2 || *word == *name)) {
			least = edits;
			best = name;
		}
	}
	if (best)
		ij_strbuf_printf(out, "; did you mean \"%s\"?", best);
}

/* What a rule can begin with. The numbers are those of enum ij_policy_kind. */
static const char *kind_name(unsigned idx)
{
	static const char *const names[] = {"function", "module", "section", "static", "allow"};

	return idx < IJ_COUNT(names) ? names[idx] : NULL;
}

/* What may stand between brackets: two words, then classes. */
static const char *class_word(unsigned idx)
{
	return idx == 0 ? "none" : idx == 1 ? "all" : ij_class_name(idx - 2);
}

static struct ij_error *parse_class(const struct parser *p, const struct word *word,
				    ij_classes *ret)
{
	IJ_STRBUF_AUTO hint = {0};

	if (!strcmp(word->text, "none")) {
		*ret = 0;
		return NULL;
	}
	if (!strcmp(word->text, "all")) {
		*ret = IJ_POLICY_NEEDS;
		return NULL;
	}
	*ret = ij_class_by_name(word->text, strlen(word->text));
	if (*ret == IJ_CLASS(MARKED))
		return at_word(p, word,
			       ij_error_new(SYNTAX,
					    "class \"marked\" comes from marks in the program "
					    "alone; for code that nothing may interrupt write "
					    "\"avoided\""));
	if (*ret)
		return NULL;
	suggest(word->text, class_word, &hint);
	return at_word(p, word,
		       ij_error_new(SYNTAX, "unknown class \"%s\"%s", word->text,
				    hint.len ? ij_strbuf_get(&hint)
					     : "; interject-policy(5) lists the classes"));
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

/* Cut the next word from *@pos on; false at the end. @stop: what ends a word too, or 0. */
static bool next_word(const struct parser *p, const char *line, char **pos, char stop,
		      struct word *ret)
{
	char *start = *pos, *end;

	while (is_blank(*start) || (stop && *start == stop))
		start++;
	if (!*start) {
		*pos = start;
		return false;
	}
	for (end = start; *end && !is_blank(*end) && *end != stop; end++)
		continue;
	*pos = *end ? end + 1 : end;
	*end = 0;
	*ret = (struct word){start, p->line, (unsigned)(start - line) + 1};
	return true;
}

/* "[CLASS...] REASON" */
static struct ij_error *parse_section(struct parser *p, char *line)
{
	struct word here = {line, p->line, 1}, word;
	char *close = strchr(line, ']'), *pos = line + 1;
	ij_classes classes = 0, one;
	bool any = false;
	size_t len;

	if (!close)
		return at_word(p, &here,
			       ij_error_new(SYNTAX, "no \"]\": write \"[CLASS...] REASON\""));
	*close = 0;
	while (next_word(p, line, &pos, ',', &word)) {
		IJ_TRY(parse_class(p, &word, &one));
		classes |= one;
		any = true;
	}
	if (!any)
		return at_word(p, &here,
			       ij_error_new(SYNTAX, "no class: write \"[CLASS...] REASON\", with "
						    "\"none\" for no class"));
	for (pos = close + 1; is_blank(*pos); pos++)
		continue;
	for (len = strlen(pos); len && is_blank(pos[len - 1]); len--)
		pos[len - 1] = 0;
	here.column = (unsigned)(close - line) + 1;
	if (!*pos)
		return at_word(p, &here,
			       ij_error_new(SYNTAX, "no reason: say behind the bracket, in words, "
						    "why these hold what they hold"));
	p->in_section = true;
	p->classes = classes;
	p->reason = pos;
	return NULL;
}

static struct ij_error *check_name(const struct parser *p, const struct word *word)
{
	if (strlen(word->text) > IJ_POLICY_NAME_MAX)
		return at_word(p, word,
			       ij_error_new(SYNTAX, "a name of %zu characters; at most %u",
					    strlen(word->text), IJ_POLICY_NAME_MAX));
	return NULL;
}

static struct ij_error *check_function(const struct parser *p, const struct word *word,
				       bool everywhere)
{
	const char *name = word->text;

	if (strchr(name, '.'))
		return at_word(p, word,
			       ij_error_new(SYNTAX,
					    "function \"%s\": names end before the first dot, for "
					    "what a compiler appends counts as the same function; "
					    "write \"%.*s\"",
					    name, (int)strcspn(name, "."), name));
	if (everywhere && !name[strspn(name, "*?")])
		return at_word(p, word,
			       ij_error_new(SYNTAX,
					    "\"%s\" is every function there is; say where: "
					    "\"... in MODULE\"",
					    name));
	return NULL;
}

/* Take "in MODULE" off the end of the words. @ret: the module, or NULL. */
static struct ij_error *take_module(struct parser *p, const char **ret)
{
	size_t len = p->words.len;

	*ret = NULL;
	if (len >= 2 && !strcmp(p->words.items[len - 1].text, "in"))
		return at_word(p, &p->words.items[len - 1],
			       ij_error_new(SYNTAX, "\"in\" wants a module behind it, such as "
						    "libc.so.6 or libfoo*"));
	if (len < 3 || strcmp(p->words.items[len - 2].text, "in") != 0)
		return NULL;
	IJ_TRY(check_name(p, &p->words.items[len - 1]));
	*ret = p->words.items[len - 1].text;
	p->words.len -= 2;
	return NULL;
}

static struct ij_error *add(struct parser *p, const struct word *word, struct ij_policy_rule *rule)
{
	rule->user = p->user;
	rule->classes = p->classes;
	rule->reason = p->reason;
	return at_word(p, word, ij_policy_rule_add(p->policy, rule));
}

/* "START-END": link-time addresses, as nm(1) and linker maps print them, with 0x before them. */
static struct ij_error *parse_range(const struct parser *p, const struct word *word,
				    struct ij_policy_rule *rule)
{
	char *end;

	errno = 0;
	rule->start = strtoull(word->text, &end, 0);
	if (word->text[0] == '0' && *end == '-' && end[1] == '0') {
		rule->end = strtoull(end + 1, &end, 0);
		if (!errno && !*end && rule->start < rule->end)
			return NULL;
	}
	return at_word(p, word,
		       ij_error_new(SYNTAX,
				    "\"%s\" is no range of addresses: write 0xSTART-0xEND, where "
				    "END is the first address behind it",
				    word->text));
}

static bool is_program(const char *text)
{
	static const char mark[] = "build-id:";
	const char *hex = text + sizeof(mark) - 1;

	if (*text == '/')
		return true;
	return !strncmp(text, mark, sizeof(mark) - 1) && strlen(hex) >= 8 && strlen(hex) % 2 == 0 &&
	       !hex[strspn(hex, "0123456789abcdefABCDEF")];
}

static struct ij_error *parse_static(struct parser *p)
{
	const struct word *program = &p->words.items[1];
	struct ij_policy_rule rule = {.kind = IJ_POLICY_STATIC, .name = program->text};

	if (!is_program(program->text))
		return at_word(p, program,
			       ij_error_new(SYNTAX,
					    "\"%s\" names no program: write its absolute path, or "
					    "build-id:HEX as readelf -n prints it",
					    program->text));
	if (p->words.len == 2)
		return add(p, program, &rule);
	for (size_t i = 2; i < p->words.len; i++) {
		IJ_TRY(parse_range(p, &p->words.items[i], &rule));
		IJ_TRY(add(p, &p->words.items[i], &rule));
	}
	return NULL;
}

/* What else must hold of @word in a rule of its kind. */
static struct ij_error *check_word(const struct parser *p, const struct word *word,
				   const struct ij_policy_rule *rule)
{
	IJ_TRY(check_name(p, word));
	if (rule->kind == IJ_POLICY_FUNCTION || rule->kind == IJ_POLICY_ALLOW)
		return check_function(p, word, !rule->module);
	if (rule->kind == IJ_POLICY_SECTION && word->text[ij_glob_literal(word->text)])
		return at_word(p, word,
			       ij_error_new(SYNTAX,
					    "section \"%s\": patterns are not possible "
					    "here; name each section",
					    word->text));
	return NULL;
}

/* What must hold of a rule as a whole. */
static struct ij_error *check_rule(const struct parser *p, const struct ij_policy_rule *rule)
{
	const struct word *word = &p->words.items[0];

	if (rule->kind != IJ_POLICY_ALLOW)
		return NULL;
	if (!rule->module)
		return at_word(p, word,
			       ij_error_new(SYNTAX, "\"allow\" wants a module: write \"allow "
						    "NAME... in MODULE\""));
	if (!p->classes || p->classes & ~IJ_POLICY_NEEDS)
		return at_word(p, word,
			       ij_error_new(SYNTAX, "\"allow\" cannot lift %s",
					    p->classes
						    ? ij_classes_text(p->classes & ~IJ_POLICY_NEEDS)
						    : "\"none\""));
	return NULL;
}

/* The rule whose words have been read. */
static struct ij_error *end_rule(struct parser *p)
{
	struct ij_policy_rule rule = {0};
	const struct word *first;
	IJ_STRBUF_AUTO hint = {0};

	if (!p->words.len)
		return NULL;
	first = &p->words.items[0];
	while (kind_name(rule.kind) && strcmp(first->text, kind_name(rule.kind)) != 0)
		rule.kind++;
	if (!kind_name(rule.kind)) {
		suggest(first->text, kind_name, &hint);
		return at_word(
			p, first,
			ij_error_new(SYNTAX, "\"%s\" begins no rule%s", first->text,
				     hint.len ? ij_strbuf_get(&hint)
					      : "; rules begin with function, module, section, "
						"static or allow"));
	}
	if (!p->in_section)
		return at_word(p, first,
			       ij_error_new(SYNTAX, "a rule before the first line of the form "
						    "\"[CLASS...] REASON\""));
	if (rule.kind != IJ_POLICY_MODULE && rule.kind != IJ_POLICY_STATIC)
		IJ_TRY(take_module(p, &rule.module));
	if (p->words.len == 1)
		return at_word(p, first,
			       ij_error_new(SYNTAX, "\"%s\" wants a name behind it", first->text));
	if (rule.kind == IJ_POLICY_STATIC)
		return parse_static(p);
	IJ_TRY(check_rule(p, &rule));
	for (size_t i = 1; i < p->words.len; i++) {
		rule.name = p->words.items[i].text;
		IJ_TRY(check_word(p, &p->words.items[i], &rule));
		IJ_TRY(add(p, &p->words.items[i], &rule));
	}
	return NULL;
}

/* Terminals obey control characters, and messages quote what stands here. */
static struct ij_error *check_text(const struct parser *p, const char *text, size_t size)
{
	struct word here = {NULL, 1, 1};

	for (size_t i = 0; i < size; i++) {
		unsigned char ch = (unsigned char)text[i];

		if ((ch < ' ' && ch != '\t' && ch != '\n') || ch == 0x7f)
			return at_word(
				p, &here,
				ij_error_new(SYNTAX, "byte 0x%02x is no text%s", ch,
					     ch == '\r' ? ": lines end in a newline alone" : ""));
		here.column++;
		if (ch == '\n')
			here = (struct word){NULL, here.line + 1, 1};
	}
	return NULL;
}

/* @line: one line without its newline. */
static struct ij_error *parse_line(struct parser *p, char *line)
{
	struct word word;
	char *pos = line;

	for (char *mark = line; (mark = strchr(mark, '#')); mark++)
		if (mark == line || is_blank(mark[-1])) {
			*mark = 0;
			break;
		}
	if (!line[strspn(line, " \t")])
		return NULL;
	if (is_blank(*line) && !p->words.len) {
		word = (struct word){line, p->line, (unsigned)strspn(line, " \t") + 1};
		return at_word(p, &word,
			       ij_error_new(SYNTAX, "a line that begins with a blank goes on with "
						    "a rule, and there is none before it"));
	}
	if (!is_blank(*line)) {
		IJ_TRY(end_rule(p));
		p->words.len = 0;
	}
	if (*line == '[')
		return parse_section(p, line);
	while (next_word(p, line, &pos, 0, &word))
		IJ_TRY(ij_vec_push(&p->words, word));
	return NULL;
}

static struct ij_error *parse_lines(struct parser *p, char *text)
{
	while (text) {
		char *end = strchr(text, '\n');

		if (end)
			*end = 0;
		p->line++;
		IJ_TRY(parse_line(p, text));
		text = end ? end + 1 : NULL;
	}
	return end_rule(p);
}

struct ij_error *ij_policy_parse(struct ij_policy *policy, const char *file, char *text,
				 size_t size, bool user)
{
	struct parser p = {.policy = policy, .file = file, .user = user};
	struct ij_error *err = check_text(&p, text, size);

	if (!err)
		err = parse_lines(&p, text);
	ij_vec_deinit(&p.words);
	return err;
}
