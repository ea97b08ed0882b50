/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of the administrator: interject.conf(5). */
#include "tracer/permit.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORD_MAX = 512, UNMAPPED = 65534 };

/* Whom sudo(8) made root. */
static uid_t asking(void)
{
	const char *text = getuid() == 0 ? getenv("SUDO_UID") : NULL;
	char *end;
	unsigned long uid;

	if (!text || *text < '0' || *text > '9')
		return getuid();
	errno = 0;
	uid = strtoul(text, &end, 10);
	return errno || *end || uid >= UINT32_MAX ? getuid() : (uid_t)uid;
}

/* Whether @name is among the members of @group. */
static bool is_member(const struct group *group, const char *name)
{
	for (char **member = group->gr_mem; member && *member; member++)
		if (!strcmp(*member, name))
			return true;
	return false;
}

static void add_group(struct ij_permit_user *user, const char *name)
{
	size_t used = strlen(user->groups);

	if (used + strlen(name) + 2 < sizeof(user->groups))
		snprintf(user->groups + used, sizeof(user->groups) - used, "%s,", name);
}

/* The files themselves: no code of a name service runs in the tracer. */
void ij_permit_user(struct ij_permit_user *ret)
{
	FILE *passwd = fopen("/etc/passwd", "re");
	const struct passwd *entry;

	*ret = (struct ij_permit_user){.uid = asking(), .gid = (gid_t)-1, .groups = ","};
	while (passwd && !*ret->name && (entry = fgetpwent(passwd))) {
		if (entry->pw_uid != ret->uid)
			continue;
		snprintf(ret->name, sizeof(ret->name), "%s", entry->pw_name);
		ret->gid = entry->pw_gid;
	}
	if (passwd)
		fclose(passwd);
}

void ij_permit_groups(struct ij_permit_user *user)
{
	FILE *groups = *user->name ? fopen("/etc/group", "re") : NULL;
	const struct group *group;

	while (groups && (group = fgetgrent(groups)))
		if (group->gr_gid == user->gid || is_member(group, user->name))
			add_group(user, group->gr_name);
	if (groups)
		fclose(groups);
}

static struct ij_error *read_all(int fd, const char *path, char **ret)
{
	char *text = calloc(1, IJ_PERMIT_SIZE_MAX + 1);
	size_t len = 0;
	ssize_t n = 1;

	if (!text)
		return ij_error_nomem();
	while (len <= IJ_PERMIT_SIZE_MAX && n) {
		n = read(fd, text + len, IJ_PERMIT_SIZE_MAX + 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		len += (size_t)n;
	}
	if (n < 0 || len > IJ_PERMIT_SIZE_MAX || memchr(text, 0, len)) {
		free(text);
		return ij_error_new(DENIED, "%s cannot be read, or is no text of up to %d bytes",
				    path, IJ_PERMIT_SIZE_MAX);
	}
	*ret = text;
	return NULL;
}

struct ij_error *ij_permit_load(const char *path, char **ret)
{
	struct ij_error *err;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*ret = NULL;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	if (fd < 0)
		return ij_error_new(DENIED, "cannot open %s, which says who may do what: %s", path,
				    strerror(errno));
	/* In a user namespace root's files are an unmapped user's. */
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_mode & 022 ||
	    (st.st_uid && st.st_uid != UNMAPPED))
		err = ij_error_new(DENIED,
				   "%s, which says who may do what, is not root's, or others can "
				   "write to it",
				   path);
	else
		err = read_all(fd, path, ret);
	close(fd);
	return err;
}

/* Whether @value is one of the patterns in @list, which commas separate. */
static bool is_among(const char *list, const char *value)
{
	char pattern[WORD_MAX];

	for (;;) {
		size_t len = strcspn(list, ",");

		if (len && len < sizeof(pattern)) {
			memcpy(pattern, list, len);
			pattern[len] = 0;
			if (!fnmatch(pattern, value, 0))
				return true;
		}
		if (!list[len])
			return false;
		list += len + 1;
	}
}

/* Whether the user is one of @list: names, numbers, @groups. */
static bool is_user(const char *list, const struct ij_permit_user *user)
{
	char number[16], group[WORD_MAX + 2];

	snprintf(number, sizeof(number), "%u", user->uid);
	if (is_among(list, number) || (*user->name && is_among(list, user->name)))
		return true;
	for (const char *at = list; (at = strchr(at, '@')); at++) {
		size_t len = strcspn(at + 1, ",");

		if (len > WORD_MAX - 1)
			continue;
		snprintf(group, sizeof(group), ",%.*s,", (int)len, at + 1);
		if (strstr(user->groups, group))
			return true;
	}
	return false;
}

/* What one condition says of a request. */
enum fit { FITS, FITS_NOT, MALFORMED };

struct line {
	bool kinds;  /* it says what it is about: call, syscall, write, hold, force */
	bool kind;   /* one of these fits */
	bool others; /* all else that it says fits */
};

static enum fit take_word(const char *word, const struct ij_permit_request *r, struct line *line)
{
	if (!strncmp(word, "user=", 5)) {
		line->others = line->others && is_user(word + 5, r->user);
	} else if (!strncmp(word, "program=", 8)) {
		line->others = line->others && is_among(word + 8, r->program);
	} else if (!strncmp(word, "call=", 5)) {
		line->kinds = true;
		line->kind = line->kind || (r->kind == IJ_PERMIT_CALL && !r->force &&
					    is_among(word + 5, r->name));
	} else if (!strncmp(word, "syscall=", 8)) {
		line->kinds = true;
		line->kind = line->kind || (r->kind == IJ_PERMIT_SYSCALL && !r->force &&
					    is_among(word + 8, r->name));
	} else if (!strcmp(word, "write")) {
		line->kinds = true;
		line->kind = line->kind || r->kind == IJ_PERMIT_WRITE;
	} else if (!strcmp(word, "hold")) {
		line->kinds = true;
		line->kind = line->kind || r->kind == IJ_PERMIT_HOLD;
	} else if (!strcmp(word, "force")) {
		line->kinds = true;
		line->kind = line->kind || r->force;
	} else {
		return MALFORMED;
	}
	return FITS;
}

/* The conditions of a line, which is changed. */
static enum fit fits(char *text, const struct ij_permit_request *request)
{
	struct line line = {.others = true};
	char *state = NULL;

	for (char *word = strtok_r(text, " \t", &state); word; word = strtok_r(NULL, " \t", &state))
		if (take_word(word, request, &line) == MALFORMED)
			return MALFORMED;
	return line.others && (line.kind || !line.kinds) ? FITS : FITS_NOT;
}

static const char *what(const struct ij_permit_request *request)
{
	return request->kind == IJ_PERMIT_WRITE  ? "a write to memory"
	       : request->kind == IJ_PERMIT_HOLD ? "holding a process"
	       : *request->name                  ? request->name
						 : "an address";
}

/* @text: "allow", "deny" or "off", and conditions. */
static struct ij_error *decide_line(char *text, unsigned number,
				    const struct ij_permit_request *request, bool *decided_ret)
{
	bool allow = !strncmp(text, "allow", 5), deny = !strncmp(text, "deny", 4);
	char *rest = text + (allow ? 5 : 4);
	enum fit fit;

	*decided_ret = true;
	if (!strcmp(text, "off"))
		return ij_error_new(DENIED,
				    "denied by line %u of " IJ_PERMIT_FILE
				    ": interject is switched off here",
				    number);
	fit = (allow || deny) && (!*rest || *rest == ' ' || *rest == '\t') ? fits(rest, request)
									   : MALFORMED;
	if (fit == MALFORMED)
		return ij_error_new(DENIED,
				    "line %u of " IJ_PERMIT_FILE " is malformed, so that "
				    "everything is denied; see interject.conf(5)",
				    number);
	*decided_ret = fit == FITS;
	if (fit != FITS || allow)
		return NULL;
	return ij_error_new(DENIED, "%s%s%s is denied by line %u of " IJ_PERMIT_FILE,
			    request->force ? "--force of " : "", what(request),
			    request->kind == IJ_PERMIT_SYSCALL ? "(2)" : "", number);
}

struct ij_error *ij_permit_decide(const char *text, const struct ij_permit_request *request)
{
	unsigned number = 1, rules = 0;

	for (const char *at = text; *at; number++) {
		size_t len = strcspn(at, "\n"), end = len;
		char *line;
		struct ij_error *err;
		bool decided;

		if (memchr(at, '#', len))
			end = (size_t)((const char *)memchr(at, '#', len) - at);
		while (end && strchr(" \t\r", at[end - 1]))
			end--;
		line = strndup(at + strspn(at, " \t"),
			       end > strspn(at, " \t") ? end - strspn(at, " \t") : 0);
		at += len + (at[len] == '\n');
		if (!line)
			return ij_error_nomem();
		if (!*line) {
			free(line);
			continue;
		}
		rules++;
		err = decide_line(line, number, request, &decided);
		free(line);
		if (err || decided)
			return err;
	}
	if (!rules)
		return NULL;
	return ij_error_new(DENIED, "no line of " IJ_PERMIT_FILE " allows %s%s%s",
			    request->force ? "--force of " : "", what(request),
			    request->kind == IJ_PERMIT_SYSCALL ? "(2)" : "");
}
