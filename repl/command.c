/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command table, and finding a command by its name or the start of it. */
#include "repl/command.h"

#include <string.h>

#include "repl/text.h"

#define T IJ_VERB_TARGET
#define W IJ_VERB_WANTS
#define E IJ_VERB_REPEAT
#define B IJ_VERB_BLOCK
static const struct ij_verb_row commands[] = {
#define IJ_V(NAME, name, operand, flags, usage, summary) \
	[IJ_VERB_##NAME] = {#name, IJ_OPERAND_##operand, flags, usage, summary},
#include "repl/commands.def"
#undef IJ_V
};
#undef T
#undef W
#undef E
#undef B

static const struct ij_word words[] = {
#define IJ_V(NAME, name, operand, flags, usage, summary) {#name, IJ_VERB_##NAME, NULL},
#include "repl/commands.def"
#undef IJ_V
	{"bt", IJ_VERB_BACKTRACE, NULL}, /* as in every debugger */
};

const struct ij_dialect ij_dialect_native = {words, IJ_CLI_COUNT(words)};

const struct ij_verb_row *ij_verb_get(enum ij_verb verb)
{
	return &commands[verb];
}

/* Letters that differ, when one is wrong, missing, too many, or two are swapped; more: 2. */
static int distance(const char *word, const char *text, size_t len)
{
	size_t same = 0, word_len = strlen(word), rest, end = 0;

	while (same < len && word[same] && word[same] == text[same])
		same++;
	while (end < len - same && end < word_len - same &&
	       word[word_len - 1 - end] == text[len - 1 - end])
		end++;
	rest = len - same - end;
	if (word_len == len && rest == 2 && word[same] == text[same + 1] &&
	    word[same + 1] == text[same])
		return 1;
	return rest <= 1 && word_len - same - end <= 1 ? 1 : 2;
}

static struct ij_error *not_found(const struct ij_dialect *dialect, const char *text, size_t len)
{
	int shown = (int)(len < 40 ? len : 40);

	for (size_t i = 0; i < dialect->len && len > 2; i++)
		if (distance(dialect->words[i].word, text, len) == 1)
			return ij_error_create(IJ_ERR_NOTFOUND,
					       "no command \"%.*s\"; did you mean %s?", shown, text,
					       dialect->words[i].word);
	if (memchr(text, '(', len))
		return ij_error_create(IJ_ERR_NOTFOUND,
				       "no command \"%.*s\"; to call a function: call %.*s", shown,
				       text, shown, text);
	return ij_error_create(IJ_ERR_NOTFOUND, "no command \"%.*s\"; see help", shown, text);
}

static struct ij_error *ambiguous(const struct ij_dialect *dialect, const char *text, size_t len)
{
	struct ij_text list = {0};
	struct ij_error *err;

	for (size_t i = 0; i < dialect->len; i++)
		if (!strncmp(dialect->words[i].word, text, len))
			ij_text_printf(&list, "%s%s", list.len ? ", " : "", dialect->words[i].word);
	err = ij_error_create(IJ_ERR_AMBIGUOUS, "\"%.*s\" may be any of %s", (int)len, text,
			      ij_text_get(&list));
	ij_text_deinit(&list);
	return err;
}

/* Whether @word begins with the @len bytes at @text. */
static bool begins(const char *word, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (word[i] != (text[i] == '-' ? '_' : text[i]))
			return false;
	return true;
}

struct ij_error *ij_word_find(const struct ij_dialect *dialect, const char *text, size_t len,
			      const struct ij_word **ret)
{
	const struct ij_word *found = NULL;
	bool several = false;

	for (size_t i = 0; i < dialect->len; i++) {
		const struct ij_word *word = &dialect->words[i];

		if (!begins(word->word, text, len))
			continue;
		if (!word->word[len]) {
			*ret = word;
			return NULL;
		}
		/* Of two of which one goes on from the other, the short one is meant. */
		if (found && !strncmp(word->word, found->word, strlen(found->word)))
			continue;
		several = several || (found && found->verb != word->verb);
		found = word;
	}
	if (!found)
		return not_found(dialect, text, len);
	if (several)
		return ambiguous(dialect, text, len);
	*ret = found;
	return NULL;
}
