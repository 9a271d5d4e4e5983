// SPDX-License-Identifier: MIT
#include "steps/Step.h"

#include <algorithm>

namespace millrace {

std::string StepContext::resolve(const std::string &path) const
{
    if (path.empty() || path.front() == '/' || folder.empty())
        return path;
    return folder.back() == '/' ? folder + path : folder + '/' + path;
}

bool StepContext::isLinked(std::string_view port) const
{
    return std::find(linkedPorts.begin(), linkedPorts.end(), port) != linkedPorts.end();
}

Result<> Step::setState(const Value &state)
{
    if (state.isNull())
        return {};
    return failure("state", "The step learns nothing, so what was saved for it doesn't belong to it.");
}

} // namespace millrace
