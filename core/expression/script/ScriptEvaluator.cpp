// SPDX-License-Identifier: MIT
#include "expression/script/ScriptEvaluator.h"

#include "expression/script/AnnouncedBatches.h"
#include "expression/script/ScriptMessages.h"
#include "expression/script/ScriptProcess.h"

namespace millrace {

struct ScriptEvaluator::Private
{
    explicit Private(std::shared_ptr<const Ast> expression) : ast(std::move(expression)) {}
    ~Private()
    {
        if (announced.isEmpty())
            ScriptProcess::giveBack(std::move(process));
    }
    Private(const Private &) = delete;
    Private &operator=(const Private &) = delete;

    std::string &encode(const Batch &batch, const ColumnBinding &binding);
    double secondsFor(const Batch &batch) const { return around.limits.seconds * double(batch.size() + 1); }
    Result<std::string_view> ask(const Batch &batch, const ColumnBinding &binding);
    const Batch &asked(const Batch &batch, const ColumnBinding &binding);
    Result<const Operand *> take(std::string_view answer, size_t rows, std::vector<ItemError> &errors);
    Failure explained(const Error &error) const
    {
        return explainedEnd(error, namedExpression(ast->source), around.limits);
    }

    std::shared_ptr<const Ast> ast;
    ScriptSurroundings around;
    std::unique_ptr<ScriptProcess> process;
    AnnouncedBatches announced; ///< to the process
    std::string bytes;
    Batch request; ///< what the expression uses
    SchemaPtr wholeSchema, usedSchema;
    BatchDecoder decoder;
    Batch answered;
    Operand result;
};

/// Of the batch what the expression uses.
const Batch &ScriptEvaluator::Private::asked(const Batch &batch, const ColumnBinding &binding)
{
    if (ast->usesItem)
        return batch;
    std::vector<size_t> places = binding.columns;
    std::erase(places, ColumnBinding::None);
    if (binding.idColumn)
        places.push_back(*binding.idColumn);
    request.shareFrom(batch);
    if (!usedSchema || wholeSchema != batch.schema()) {
        wholeSchema = batch.schema();
        std::vector<Field> fields;
        for (const size_t place : places)
            fields.push_back(wholeSchema->field(place));
        usedSchema = std::make_shared<const Schema>(std::move(fields));
    }
    std::vector<Column> columns;
    for (const size_t place : places)
        columns.push_back(batch.column(place));
    request.setColumns(usedSchema, std::move(columns));
    return request;
}

std::string &ScriptEvaluator::Private::encode(const Batch &batch, const ColumnBinding &binding)
{
    bytes.assign(1, around.endsAtFailure && around.endsAtFailure() ? '\1' : '\0');
    encodeBatch(bytes, asked(batch, binding));
    request.letGo();
    return bytes;
}

Result<std::string_view> ScriptEvaluator::Private::ask(const Batch &batch, const ColumnBinding &binding)
{
    if (announced.isNext(batch))
        announced.takeNext();
    else if (auto sent = process->send(ScriptMessage::Items, encode(batch, binding), secondsFor(batch)); !sent)
        return sent.forward();
    return process->receive(secondsFor(batch));
}

Result<const Operand *> ScriptEvaluator::Private::take(std::string_view answer,
                                                       size_t rows,
                                                       std::vector<ItemError> &errors)
{
    auto failed = decodeErrors(answer);
    if (!failed)
        return failed.forward();
    if (auto decoded = decoder.decode(answer, answered); !decoded)
        return decoded.forward();
    process->forgetAnswer();
    if (answered.columnCount() != 1 || answered.size() != rows)
        return failure(ErrorKind::Crash, "The process of the script engine answered something that isn't understood.");
    errors = *std::move(failed);
    result.setColumn(answered.column(0));
    return &result;
}

ScriptEvaluator::ScriptEvaluator(std::shared_ptr<const Ast> ast) : d(std::make_unique<Private>(std::move(ast))) {}
ScriptEvaluator::~ScriptEvaluator() = default;
ScriptEvaluator::ScriptEvaluator(ScriptEvaluator &&) noexcept = default;
ScriptEvaluator &ScriptEvaluator::operator=(ScriptEvaluator &&) noexcept = default;

void ScriptEvaluator::setSurroundings(ScriptSurroundings surroundings)
{
    d->around = std::move(surroundings);
}

Result<> ScriptEvaluator::prepare()
{
    if (d->process && d->process->isRunning())
        return {};
    d->announced.clear();
    auto process = ScriptProcess::take(d->around);
    if (!process)
        return process.forward();
    d->bytes.clear();
    encodeOpening(d->bytes, d->ast->source, d->around.limits);
    if (auto opened = (*process)->ask(ScriptMessage::Expression, d->bytes, d->around.limits.seconds); !opened) {
        ScriptProcess::giveBack(*std::move(process));
        return d->explained(opened.error());
    }
    d->process = *std::move(process);
    return {};
}

void ScriptEvaluator::announce(std::span<Batch *const> batches, const ColumnBinding &binding)
{
    if (d->process)
        d->announced.send(*d->process, batches, d->around.limits.seconds,
                          [&](const Batch &batch) -> std::string & { return d->encode(batch, binding); });
}

Result<const Operand *> ScriptEvaluator::evaluate(const Batch &batch,
                                                  const ColumnBinding &binding,
                                                  std::vector<ItemError> &errors)
{
    if (d->process && !d->announced.isNext(batch))
        d->announced.discard(*d->process, d->around.limits.seconds);
    if (auto prepared = prepare(); !prepared)
        return prepared.forward();
    d->result.setConstant({}); // of the batch before
    d->answered.letGo();
    const auto answer = d->ask(batch, binding);
    return answer ? d->take(*answer, batch.size(), errors) : d->explained(answer.error());
}

} // namespace millrace
