// SPDX-License-Identifier: MIT
#include "millrace/run/PipelineCall.h"

#include <utility>

namespace millrace {

Result<PipelineCall> readPipelineCall(std::string_view command, const std::vector<std::string> &arguments)
{
    auto call = parseCall(command, arguments);
    if (!call)
        return call.forward();
    if (call->words.size() != 1)
        return failure(ErrorKind::Call,
                       call->words.empty() ? "Name a pipeline file." : "Name one pipeline file, not several.");
    auto settings = readRunSettings(*call);
    if (!settings)
        return settings.forward();
    auto trust = readTrustSettings(*call);
    if (!trust)
        return trust.forward();
    std::string file = call->words.front();
    return PipelineCall{*std::move(call), std::move(file), *std::move(trust), *std::move(settings)};
}

} // namespace millrace
