// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>
#include <string_view>

namespace millrace {

/// Where the queues of a run are that has workers on other machines: a Redis server, a login, and the run's name there.
struct ClusterAddress
{
    static constexpr int UsualPort = 6379;

    std::string host;
    int port = UsualPort;
    std::string user;   ///< empty: the server's default user
    std::string secret; ///< empty: no login
    std::string run;    ///< empty: none was named

    /// "host:6379", without login and run: for messages.
    std::string server() const;
    /// As it is written, without the secret.
    std::string shown() const;
    bool operator==(const ClusterAddress &) const = default;
};

/// Whether the text is meant as such an address: it begins with `redis://`.
bool looksLikeClusterAddress(std::string_view text);

/// `redis://[USER:SECRET@]HOST[:PORT][/RUN]`. In login and run `%20` and the like stand for characters, an address of IPv6 is in brackets.
/// An error is a sentence, in which the secret doesn't stand.
Result<ClusterAddress> clusterAddressFrom(std::string_view text);

/// Whether a run may have that name: letters, digits, `-`, `_` and `.`, at most 100 of them.
bool isRunName(std::string_view name);

} // namespace millrace
