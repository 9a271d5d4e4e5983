// SPDX-License-Identifier: MIT
// The failed items of a pipeline's last run: shown, tried again, exported, thrown away.
#include "data/text/Counted.h"
#include "failures/FailedItemsFolder.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/errors/ExportItems.h"
#include "millrace/errors/RetryItems.h"
#include "millrace/errors/ShowItems.h"

#include <algorithm>
#include <array>

namespace millrace {

namespace {

int discard(const ChosenItems &chosen)
{
    if (isFailedItemsFolderInUse(chosen.folder))
        return refuseItems("A run of this pipeline is under way; its failed items can be discarded once it is over.");
    if (const auto replaced = replaceFailedItems(chosen.folder, chosen.others()); !replaced)
        return refuseItems(replaced.error().message);
    say(stdout, "Discarded " + counted(chosen.records().size(), "failed item") + ".\n");
    return Finished;
}

} // namespace

int errorsCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = parseCall("errors", arguments);
    if (!call)
        return wrongCall("errors", call.error().message);
    if (call->words.empty())
        return wrongCall("errors", "Name a pipeline file.");
    const std::string action = call->words.size() > 1 ? call->words[1] : "list";
    constexpr std::array Actions{"list", "show", "retry", "export", "discard"};
    if (std::ranges::find(Actions, action) == Actions.end())
        return wrongCall("errors",
                         "After the file comes list, show, retry, export or discard, not \"" + action + "\".");
    if (action == "export" && call->words.size() < 3)
        return wrongCall("errors", "Name the file that the items are to be written to, such as errors.csv.");
    if (call->words.size() > (action == "export" ? 3 : 2))
        return wrongCall("errors", "\"" + call->words.back() + "\" is one word too many.");
    const auto chosen = chooseItems(*call);
    if (!chosen)
        return refuseItems(chosen.error().message);
    if (action == "show" && !chosen->all.empty())
        return showItems(*chosen, call->has("json"), call->has("group") || call->has("item"));
    if (action == "list" && (call->has("json") || !chosen->all.empty()))
        return listItems(*chosen, registry, call->has("json"));
    if (chosen->all.empty()) {
        if (!call->has("json"))
            say(stdout, chosen->label + ": no item failed in the last run, or they were tried again or discarded.\n");
        return Finished;
    }
    if (action == "export")
        return exportItems(*chosen, call->words[2], registry);
    return action == "discard" ? discard(*chosen) : retryItems(*chosen, *call, registry);
}

} // namespace millrace
