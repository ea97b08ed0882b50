/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replays a fuzzing corpus (files, or folders of files) as an ordinary test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replayed;

static int replay(const char *path)
{
	struct stat st;
	FILE *file;
	uint8_t *data;
	size_t size;

	if (stat(path, &st)) {
		perror(path);
		return 1;
	}
	if (S_ISDIR(st.st_mode)) {
		DIR *dir = opendir(path);
		struct dirent *entry;
		int bad = !dir;

		while (dir && (entry = readdir(dir))) {
			char sub[4096];

			if (entry->d_name[0] == '.')
				continue;
			snprintf(sub, sizeof(sub), "%s/%s", path, entry->d_name);
			bad |= replay(sub);
		}
		if (dir)
			closedir(dir);
		return bad;
	}
	file = fopen(path, "rb");
	data = malloc((size_t)st.st_size + 1);
	if (!file || !data) {
		perror(path);
		exit(1);
	}
	size = fread(data, 1, (size_t)st.st_size, file);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	replayed++;
	return 0;
}

int main(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		bad |= replay(argv[i]);
	printf("%u inputs replayed\n", replayed);
	return bad || !replayed;
}
