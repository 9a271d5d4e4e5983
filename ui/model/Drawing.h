// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <string>
#include <vector>

namespace millrace {

/// A step type's id while it is dragged from the palette to the canvas.
inline constexpr char StepMimeType[] = "application/x-millrace-step-type";

/// What a card shows of a step, gauges left out: a plain value, made of the pipeline and the step's type.
struct StepView
{
    std::string id;
    QString name;
    QString summary;            ///< one line: the expression, the file, the command
    bool isSummaryPath = false; ///< its end says more than its beginning
    QString typeTitle;
    QString icon; ///< name of the drawing on the card's tile
    Family family = Family::Transform;
    bool isKnown = true;                   ///< false: a placeholder for a step type that this version doesn't have
    bool hasInput = true;                  ///< and with it a queue
    std::vector<std::string> inputs{"in"}; ///< ports, where it has any
    std::vector<std::string> outputs;      ///< ports, without `error`
    bool hasErrorPort = false;             ///< shown: something is linked to it, or failed items are routed there
    bool hasCode = false;                  ///< a setting that is written in several lines
    bool hasInside = false;                ///< it stands for the pipeline of a file
    bool canFail = false;                  ///< may have an error port
    bool isEnabled = true;
    bool isBypassed = false;
    int workers = 1;
    int queueSize = 10; ///< batches; 0: unbounded
    QPointF position;
    QString problem;       ///< first sentence of what is wrong, or empty
    bool hasError = false; ///< the problem keeps it from running
    int problemCount = 0;

    bool operator==(const StepView &) const = default;
};

struct LinkView
{
    std::string fromStep, fromPort, toStep, toPort;
    bool isKept = false; ///< what goes over it is kept for a later run

    bool isError() const { return fromPort == "error"; }
    /// Whether both lead from the same port to the same port.
    bool isSame(const LinkView &other) const
    {
        return fromStep == other.fromStep && fromPort == other.fromPort && toStep == other.toStep
               && toPort == other.toPort;
    }
    bool operator==(const LinkView &) const = default;
};

struct NoteView
{
    std::string id;
    QString text;
    QRectF rect;

    bool operator==(const NoteView &) const = default;
};

struct FrameView
{
    std::string id;
    QString text;
    QRectF rect;
    QString color; ///< a word or "#rrggbb", as in the file

    bool operator==(const FrameView &) const = default;
};

/// The id of the card that stands for a step of a run: of `part/a`, which is inside another pipeline, that of `part`.
inline std::string cardOf(const std::string &step)
{
    return step.substr(0, step.find('/'));
}

/// All that the canvas draws while nothing runs.
struct Drawing
{
    std::vector<StepView> steps;
    std::vector<LinkView> links;
    std::vector<NoteView> notes;
    std::vector<FrameView> frames;

    bool operator==(const Drawing &) const = default;
};

/// What is drawn for a pipeline. Steps without a position are laid out left to right behind those they are fed by.
Drawing drawingOf(const Pipeline &pipeline, const StepRegistry &registry, const Problems &problems = {});

/// The link of the pipeline that is shown so.
Link linkOf(const LinkView &view);

inline Rectangle toRectangle(const QRectF &rect)
{
    return {rect.x(), rect.y(), rect.width(), rect.height()};
}

/// The name that people see for a step: its own, else its type's title, else its id.
QString shownName(const PipelineStep &step, const StepRegistry &registry);

/// The name of the drawing on a step's tile.
QString iconNameOf(const StepType &type);
/// What stands for all steps of a family.
QString familyIcon(Family family);

} // namespace millrace
