// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "trust/TrustRecord.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <set>
#include <string>

class QWidget;

namespace millrace {

class Document;
class TrustSheet;

/// Keeps what somebody else's file brings along from being executed before the person has seen it. What was in the file as it
/// was opened and isn't in the record is somebody else's; what is written in the window is the person's own, and is recorded
/// when it is saved. Lives on the GUI's thread.
class TrustGate : public QObject
{
    Q_OBJECT

public:
    TrustGate(const Document &document, QWidget *window);

    /// Calls `run` at once where there is nothing to ask, else when the sheet is answered with "Run and trust".
    void pass(const Pipeline &pipeline, std::function<void()> run);

    /// Records what a pipeline in a folder would execute without asking: for what came with the program itself.
    void trust(const Pipeline &pipeline, const QString &folder);

Q_SIGNALS:
    /// The record can't be written, so it will be asked again: a sentence.
    void failed(const QString &sentence);

private:
    Executables executables(const Pipeline &pipeline) const;
    Executables foreignOf(const Pipeline &pipeline) const;
    void noteForeign();
    void recordOwn();
    void record(const Executables &executables);

    const Document &m_document;
    QWidget *m_window;
    const TrustRecord m_record;
    std::set<std::string> m_foreign; ///< prints
    QPointer<TrustSheet> m_sheet;
};

} // namespace millrace
