// SPDX-License-Identifier: MIT
#include "millrace/run/ScrapeListener.h"

#include "millrace/Console.h"

#include <cstdio>
#include <utility>

namespace millrace {

Result<std::unique_ptr<MetricsListener>> listenForScrapes(const Call &call)
{
    const auto text = call.value("metrics-listen");
    if (!text)
        return std::unique_ptr<MetricsListener>();
    auto address = listenAddressFrom(*text);
    if (!address)
        return failure(ErrorKind::Call, "--metrics-listen: " + address.error().message);
    auto listener = MetricsListener::listen(*std::move(address));
    if (!listener)
        return failure(listener.error().kind, "--metrics-listen: " + listener.error().message);
    if (!call.has("quiet"))
        say(stderr, "The run's gauges are at " + (*listener)->address().shown() + '\n');
    return listener;
}

} // namespace millrace
