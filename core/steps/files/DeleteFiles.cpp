// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/files/FileStep.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace millrace {

/// Deletes a file for each item.
class DeleteFiles final : public FileStep
{
public:
    static void describe(StepBuilder<DeleteFiles> &step)
    {
        step.id("files.delete").title("Delete files").family(Family::Transform).icon("delete");
        step.help("Deletes a file for each item, and lets the item go on, for example {\"from\": \"{path}\"} behind "
                  "read.files "
                  "and a filter. There is no way back. Of a link the link is deleted; folders stay. A file that can't "
                  "be deleted "
                  "fails its item. Whoever runs somebody else's pipeline is asked first.");
        step.synonyms({"rm", "remove", "unlink", "clean up", "file"});
        describeFrom(step, "delete", true);
    }

private:
    bool takesLinks() const override { return true; }
    Result<> work(const std::string &from, const std::string &) override
    {
        if (::unlink(from.c_str()) != 0)
            return failure(ErrorKind::Io,
                           "The file " + inQuotes(from) + " can't be deleted: " + std::strerror(errno) + '.');
        return {};
    }
};

void registerDeleteFiles(StepRegistry &registry)
{
    registry.add<DeleteFiles>();
}

} // namespace millrace
