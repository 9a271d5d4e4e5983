// SPDX-License-Identifier: MIT
#include "steps/files/FileStep.h"

namespace millrace {

/// Copies a file for each item.
class CopyFiles final : public FileStep
{
public:
    static void describe(StepBuilder<CopyFiles> &step)
    {
        step.id("files.copy").title("Copy files").family(Family::Transform).icon("copy");
        step.help("Copies a file for each item, and lets the item go on: behind read.files, {\"to\": "
                  "\"copies/{name}\"} copies all "
                  "that it lists. Permissions are kept. A file that can't be copied fails its item.");
        step.synonyms({"cp", "duplicate", "backup", "file"});
        describeFrom(step, "copy", false);
        describeTo(step);
    }

private:
    Result<> work(const std::string &from, const std::string &to) override { return copy(from, to, false); }
};

void registerCopyFiles(StepRegistry &registry)
{
    registry.add<CopyFiles>();
}

} // namespace millrace
