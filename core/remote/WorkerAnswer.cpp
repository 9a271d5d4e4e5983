// SPDX-License-Identifier: MIT
#include "remote/WorkerAnswer.h"

#include "data/json/ObjectMembers.h"

#include <algorithm>
#include <utility>

namespace millrace {

Value workerInit(const RemoteSpec &spec, const StepContext &context)
{
    List ports;
    for (const std::string &port : context.linkedPorts)
        ports.emplace_back(port);
    return Members{{"type", Value(spec.type)},
                   {"params", Value(spec.params)},
                   {"state", spec.state},
                   {"timeLimit", Value(spec.timeLimit)},
                   {"memoryLimit", Value(spec.memoryLimit)},
                   {"step", Value(context.stepId)},
                   {"worker", Value(int64_t(context.worker))},
                   {"workers", Value(int64_t(context.workers))},
                   {"folder", Value(context.folder)},
                   {"seed", Value(int64_t(context.seed))},
                   {"ports", Value(std::move(ports))}};
}

bool takeWorkerAnswer(Batch &batch, std::string_view body, BatchDecoder &decoder, Batch &answer, bool keepsItemsOnError)
{
    const auto verdicts = decodeValue(body);
    if (!verdicts || !decoder.decode(body, answer, &batch))
        return false;
    const SchemaPtr before = batch.schema();
    const size_t rowsBefore = batch.size();
    takeItems(batch, answer);
    if (const Value *ports = memberOf(*verdicts, "ports"); ports && ports->isText()) {
        const std::string_view bytes = ports->toText();
        for (size_t row = 0; row < std::min(bytes.size(), batch.size()); ++row)
            if (bytes[row] != '\0')
                batch.sendTo(row, uint8_t(bytes[row]));
    }
    const Value *errors = memberOf(*verdicts, "errors");
    if (!errors || !errors->isList())
        return true;
    if (keepsItemsOnError)
        batch.setSchemaOfFailed(before);
    for (const Value &error : errors->toList()) {
        if (const auto row = size_t(wholeOf(error, "row")); row < std::max(rowsBefore, batch.size()))
            batch.fail(row, textOf(error, "kind"), textOf(error, "message"), textOf(error, "trace"));
    }
    return true;
}

Result<> workerError(std::string_view body)
{
    const auto said = decodeValue(body);
    if (!said)
        return failure(ErrorKind::Protocol, "A worker answered something that isn't understood.");
    return failure(textOf(*said, "kind"), textOf(*said, "message"));
}

} // namespace millrace
