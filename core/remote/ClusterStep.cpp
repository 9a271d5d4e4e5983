// SPDX-License-Identifier: MIT
#include "remote/ClusterStep.h"

#include "data/errors/EndsRun.h"
#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "expression/values/Digest.h"

#include <utility>

namespace millrace {

Result<> ClusterStep::open(const StepContext &context)
{
    m_context = context;
    m_session = context.service<ClusterSession>();
    if (!m_session)
        return failure(ErrorKind::Cluster, "It is to run on a cluster, and this run has none: name one with --on.");
    if (context.worker > 0)
        return {}; // the first one has told what there is to be told
    const auto files = fileDigests();
    if (!files)
        return files.forward();
    Members told = workerInit(m_spec, context).toObject();
    told.emplace_back("files", *files);
    m_session->declare(context.stepId, toStateLine(Value(std::move(told))), context.log, context.cancelFd);
    return {};
}

/// Of the files that the step reads, by their names in the pipeline.
Result<Value> ClusterStep::fileDigests() const
{
    Members digests;
    for (const std::string &file : m_files) {
        const auto bytes = readWholeFile(resolveFile(m_context.folder, file));
        if (!bytes)
            return bytes.forward();
        digests.emplace_back(file, Value(digestOf(Digest::Sha256, *bytes)));
    }
    return Value(std::move(digests));
}

ClusterTicketPtr ClusterStep::push(const Batch &batch)
{
    m_bytes = m_session->frame().header();
    encodeBatch(m_bytes, batch);
    return m_session->push(m_context.stepId, std::move(m_bytes));
}

void ClusterStep::announce(std::span<Batch *const> batches)
{
    m_announced.clear();
    for (const Batch *batch : batches)
        m_announced.push_back({batch, batch->sequence, batch->size(), push(*batch)});
}

Result<> ClusterStep::process(Batch &batch)
{
    ClusterTicketPtr ticket;
    const Announced *const next = m_announced.empty() ? nullptr : &m_announced.front();
    if (next && next->batch == &batch && next->sequence == batch.sequence && next->items == batch.size()) {
        ticket = next->ticket;
        m_announced.pop_front();
    } else {
        m_announced.clear(); // their answers come to nobody
    }
    if (!ticket)
        ticket = push(batch);
    auto answered = m_session->await(*ticket);
    if (answered)
        return settle(batch, *ticket);
    if (answered.error().kind != ErrorKind::Interrupted)
        throw EndsRun(answered.error().message);
    return answered;
}

Result<> ClusterStep::settle(Batch &batch, const ClusterTicket &ticket)
{
    if (ticket.kind == ClusterTicket::Answer::Failed)
        return workerError(ticket.answer);
    if (ticket.kind == ClusterTicket::Answer::Done) {
        if (takeWorkerAnswer(batch, ticket.answer, m_decoder, m_answer, m_spec.keepsItemsOnError))
            return {};
        return failure(ErrorKind::Codec, "The worker " + ticket.worker + " answered something that isn't understood.");
    }
    if (batch.size() == 1) {
        std::string bytes(m_session->frame().header());
        encodeBatch(bytes, batch);
        m_session->bury(m_context.stepId, std::move(bytes));
    }
    return failure(ErrorKind::Crash, ticket.answer + " workers in a row were lost while they worked on it.");
}

} // namespace millrace
