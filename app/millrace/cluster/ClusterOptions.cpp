// SPDX-License-Identifier: MIT
#include "millrace/cluster/ClusterOptions.h"

#include <charconv>

namespace millrace {

namespace {

Result<double> secondsOption(const Call &call, const std::string &option, double usual, double least)
{
    const auto text = call.value(option);
    if (!text)
        return usual;
    double seconds = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (error != std::errc() || end != text->data() + text->size() || !(seconds >= least) || seconds > 1e6)
        return failure(ErrorKind::Call, "--" + option + ' ' + *text + ": it has to be a number of seconds");
    return seconds;
}

} // namespace

Result<ClusterWish> readClusterWish(const Call &call)
{
    ClusterWish wish;
    wish.on = call.value("on").value_or("");
    if (call.has("on") && wish.on.empty())
        return failure(ErrorKind::Call, "--on: name a cluster, or its address: redis://HOST/RUN");
    const auto patience = secondsOption(call, "patience", wish.patience, 0);
    if (!patience)
        return patience.forward();
    const auto heartbeat = secondsOption(call, "heartbeat", wish.heartbeat, 0.05);
    if (!heartbeat)
        return heartbeat.forward();
    wish.patience = *patience;
    wish.heartbeat = *heartbeat;
    return wish;
}

} // namespace millrace
