/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sessions that were killed have left in the target; only looked at. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "doctor/doctor.h"
#include "inject/cave.h"
#include "inject/pages.h"
#include "proc/copy.h"

struct found {
	unsigned pages, busy, caves, copies;
	ij_addr first;
};

static void look(const struct ij_process *process, const struct ij_vmas *vmas, struct found *found)
{
	IJ_VEC_EACH (&vmas->list, vma) {
		struct ij_leftover left;
		ij_addr cave;

		if (ij_leftover_recognise(process, vmas, vma, &left)) {
			found->pages++;
			found->busy += left.busy;
			found->first = found->first ? found->first : left.base;
		}
		cave = ij_cave_recognise(process, vma);
		found->caves += cave != 0;
		found->first = found->first ? found->first : cave;
	}
}

static void copies(const struct ij_process *process, struct found *found)
{
	struct ij_tids tids = {0};

	ij_error_free(ij_process_threads(process, &tids));
	IJ_VEC_EACH (&tids.list, tid) {
		pid_t dead[16];

		found->copies += (unsigned)ij_copy_leftovers(process, *tid, dead, IJ_COUNT(dead));
	}
	ij_vec_deinit(&tids.list);
}

static void tell(struct ij_diagnosis *d, const struct found *found)
{
	struct ij_wire_finding *finding;

	if (!found->pages && !found->caves && !found->copies) {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "leftovers", "none of killed sessions");
		return;
	}
	finding = ij_diagnosis_add(
		d, IJ_WIRE_GROUP_TARGET, "leftovers",
		"of killed sessions: %u mapping%s, %u in unused ends of code pages, "
		"%u dead copies; the first at 0x%llx",
		found->pages, found->pages == 1 ? "" : "s", found->caves, found->copies,
		(unsigned long long)found->first);
	if (found->busy) {
		ij_finding_note(finding,
				"a call that was left running goes on in %u of them, and "
				"puts its thread back by itself",
				found->busy);
		return;
	}
	ij_finding_note(finding, "a few kilobytes of memory; nothing runs there");
	ij_finding_remedy(finding, "the next call removes them: interject call -p %d 'getpid()'",
			  d->access.pid);
}

void ij_doctor_leftovers(struct ij_diagnosis *d, struct ij_process *process)
{
	struct ij_vmas vmas;
	struct found found = {0};
	struct ij_error *err;

	process->maps_fd = openat(process->live_fd, "maps", O_RDONLY | O_CLOEXEC);
	if (process->maps_fd < 0)
		return;
	err = ij_vmas_read(process->maps_fd, &vmas);
	if (err) {
		ij_error_free(err);
		return;
	}
	look(process, &vmas, &found);
	copies(process, &found);
	tell(d, &found);
	ij_vmas_deinit(&vmas);
}
