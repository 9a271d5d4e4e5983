// SPDX-License-Identifier: MIT
#include "failures/RetryChoice.h"

#include "metrics/ErrorGroup.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

const Value *memberOf(const Members &members, const std::string &name)
{
    const auto found = std::ranges::find(members, name, &Members::value_type::first);
    return found == members.end() ? nullptr : &found->second;
}

} // namespace

void ItemChange::applyTo(Value &data) const
{
    if (before == after)
        return;
    if (!data.isObject() || !before.isObject() || !after.isObject()) {
        data = after;
        return;
    }
    Members members = data.toObject();
    std::erase_if(members, [this](const auto &member) {
        return memberOf(before.toObject(), member.first) && !memberOf(after.toObject(), member.first);
    });
    for (const auto &[name, value] : after.toObject()) {
        if (const Value *seen = memberOf(before.toObject(), name); seen && *seen == value)
            continue;
        const auto found = std::ranges::find(members, name, &Members::value_type::first);
        if (found == members.end())
            members.emplace_back(name, value);
        else
            found->second = value;
    }
    data = Value(std::move(members));
}

bool RetryChoice::includes(const LogRecord &kept) const
{
    // Ids and batches belong to a source; where the item came from tells those of two sources apart.
    if (item)
        return kept.step == item->step && kept.itemId == item->itemId && kept.batch == item->batch
               && kept.origin == item->origin;
    return kind.empty() || errorGroup(kept) == kind;
}

} // namespace millrace
