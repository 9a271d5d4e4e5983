// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <string>

namespace millrace {

/// A batch that was given to the workers of a cluster. It stays here until its answer has come, so that whatever the server loses can be sent
/// again. What changes is guarded by the mutex of its ClusterSession.
struct ClusterTicket
{
    uint64_t number = 0;
    std::string step;
    std::string bytes; ///< the batch with its header

    enum class Answer : uint8_t {
        None,
        Done,   ///< `answer`: verdicts and the batch
        Failed, ///< `answer`: an object with kind and message
        Lost    ///< workers were lost at it again and again; `answer`: how often
    };
    Answer kind = Answer::None;
    std::string answer; ///< without a header
    std::string worker; ///< that has made it
    std::condition_variable answered;
};

using ClusterTicketPtr = std::shared_ptr<ClusterTicket>; ///< who waits for it and the session's thread share it

/// What a kind of answer is called in Redis.
inline constexpr const char *ClusterAnswerNames[] = {"", "done", "failed", "lost"};
/// And what steps log on a worker, which comes beside answers.
inline constexpr const char *ClusterLogKind = "log";

} // namespace millrace
