// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/HangDoctor.h"

#include <QObject>
#include <QString>

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace millrace {

class CanvasScene;
class Document;
class MessageBar;
class RunBridge;

/// Says why nothing moves in a run, who waits for whom, and draws it on the links; offers what helps as one edit. Says too which
/// queue the engine had to widen, and offers to keep that.
class HangMonitor : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        RunBridge &bridge;
        CanvasScene &scene;
        MessageBar &messages;
    };

    /// `nameOf`: how a step's id is shown.
    HangMonitor(Parts parts, std::function<QString(const std::string &)> nameOf, QObject *parent);

Q_SIGNALS:
    void stepWanted(const std::string &step);

private:
    void begin();
    void look();
    void clear();
    void draw(const std::optional<Hang> &hang);
    void tell(const Hang &hang);
    void tellOfQueue(const EnlargedQueue &queue);
    bool mayHaveWorker(const std::string &step) const;
    void addWorker(const std::string &step);
    void giveRoom(const std::string &step, int batches);

    Parts m_parts;
    std::function<QString(const std::string &)> m_nameOf;
    HangDoctor m_doctor;
    std::optional<Hang> m_told;         ///< of this run, the last
    std::set<std::string> m_toldQueues; ///< steps
    QString m_sentence;                 ///< that was shown and still holds; or empty
};

} // namespace millrace
