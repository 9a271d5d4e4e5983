// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/files/FileStep.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace millrace {

/// Moves a file for each item.
class MoveFiles final : public FileStep
{
public:
    static void describe(StepBuilder<MoveFiles> &step)
    {
        step.id("files.move").title("Move files").family(Family::Transform).icon("move");
        step.help(
            "Moves or renames a file for each item, and lets the item go on: behind read.files, {\"to\": "
            "\"done/{name}\"} moves all that it lists. To another file system it is copied, and removed when the copy "
            "is "
            "whole. A file that can't be moved fails its item. Whoever runs somebody else's pipeline is asked first.");
        step.synonyms({"mv", "rename", "archive", "file", "sort into folders"});
        describeFrom(step, "move", true);
        describeTo(step);
    }

private:
    Result<> work(const std::string &from, const std::string &to) override;
};

Result<> MoveFiles::work(const std::string &from, const std::string &to)
{
    const bool replaces = existing() == ExistingFile::Replace;
    int done = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), replaces ? 0 : RENAME_NOREPLACE);
    if (done != 0 && errno == EINVAL
        && !replaces) { // some file systems don't know it; that there is no such file was seen
        done = ::link(from.c_str(), to.c_str());
        if (done == 0)
            done = ::unlink(from.c_str());
    }
    if (done == 0)
        return {};
    if (errno != EXDEV)
        return failure(ErrorKind::Io, "The file " + inQuotes(from) + " can't be moved to " + inQuotes(to) + ": "
                                          + std::strerror(errno) + '.');
    if (auto copied = copy(from, to, true); !copied)
        return copied;
    if (::unlink(from.c_str()) != 0)
        return failure(ErrorKind::Io, "The file " + inQuotes(from) + " was copied to " + inQuotes(to)
                                          + ", but can't be removed: " + std::strerror(errno) + '.');
    return {};
}

void registerMoveFiles(StepRegistry &registry)
{
    registry.add<MoveFiles>();
}

} // namespace millrace
