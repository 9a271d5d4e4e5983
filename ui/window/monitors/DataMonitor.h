// SPDX-License-Identifier: MIT
#pragma once

#include "model/Drawing.h"
#include "model/Edits.h"
#include "preview/StepData.h"
#include "run/GhostPipeline.h"
#include "run/GhostRun.h"
#include "run/RunBridge.h"
#include "window/monitors/OuterGauges.h"

#include <QObject>
#include <QTimer>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

class BottomPanel;
class CanvasScene;
class Document;
class TrustGate;

/// Shows the data of the selected step, or of the drawing's result where none is selected: of the run that is under way, of the last one while the drawing is still what ran, or else of
/// a ghost run, which follows each edit.
class DataMonitor : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        RunBridge &bridge;
        TrustGate &gate;
        BottomPanel &bottom;
        CanvasScene &scene;
    };

    explicit DataMonitor(Parts parts, QObject *parent);

    /// One step, or one link where no step is selected; else what comes of the drawing is shown.
    void setSelection(const StepIds &selection, const std::vector<LinkView> &links);
    /// Whether steps are tried while they are drawn.
    void setTrying(bool isOn);
    /// The document is another one.
    void clear();
    const GhostRun &ghost() const { return *m_ghost; }

private:
    bool isRunShown() const;
    void followEdit();
    void tryDrawing();
    void startGhost(GhostPipeline ghost, bool isClear);
    void follow();
    void askForNewest();
    void show();
    void showTried();
    const PipelineStep *resultStep() const;
    QString remark() const;
    QString explanation() const;
    StepData dataOf(const PipelineStep &step) const;
    StepData dataOf(const LinkView &link) const;
    SideData inOf(const PipelineStep &step) const;
    SideData outOf(const PipelineStep &step, const StepType &type) const;
    PortData portOf(const PipelineStep &step, const std::string &port) const;
    const StepSample *countsOf(const std::string &step) const;
    std::map<int, SampledItems> itemsOf(const std::string &step) const;
    QString whyEmpty(const std::string &step) const;
    std::string folder() const;
    void lookInside();
    /// The step of a run by whose port what leaves there leaves: where the step stands for another pipeline, one inside.
    std::pair<std::string, int> sourceOf(const PipelineStep &step, const std::string &port) const;
    void askFor(const std::string &step);

    Parts m_parts;
    GhostRun *m_ghost;
    OuterParts m_inside;            ///< the pipelines within it
    std::string m_step;             ///< the one that is selected
    std::optional<LinkView> m_link; ///< the same
    bool m_isTrying = true, m_isEdited = true;
    bool m_isPutTogether = false; ///< a drawing to be tried, just now
    bool m_mustTryAgain = false;  ///< for there was another edit meanwhile
    QTimer m_soon;                ///< until the drawing is tried
    int m_samplesUntil = 0;       ///< of the run, until its data are looked at again
    quint64 m_version = 0;        ///< of the drawing, for answers that come late
};

} // namespace millrace
