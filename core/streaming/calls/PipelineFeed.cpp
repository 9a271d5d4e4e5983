// SPDX-License-Identifier: MIT
#include "streaming/calls/PipelineFeed.h"

namespace millrace {

PipelineFeed::PipelineFeed(std::shared_ptr<ObservableQueue> queue, RunningCall call)
    : m_queue(std::move(queue)), m_call(std::make_unique<RunningCall>(std::move(call)))
{}

PipelineFeed::PipelineFeed(PipelineFeed &&) noexcept = default;

PipelineFeed &PipelineFeed::operator=(PipelineFeed &&other) noexcept
{
    if (this == &other)
        return *this;
    if (m_call)
        cancel();
    m_call = std::move(other.m_call); // ends the call that was here
    m_queue = std::move(other.m_queue);
    return *this;
}

PipelineFeed::~PipelineFeed()
{
    if (m_call)
        cancel();
}

bool PipelineFeed::sendBatch(DataContainer items)
{
    return m_queue->put({.data = std::move(items)});
}

Result<DataContainer> PipelineFeed::finish()
{
    m_queue->close();
    return m_call->result();
}

void PipelineFeed::cancel()
{
    m_call->cancel();
    m_queue->close(); // who waits for more is released
}

} // namespace millrace
