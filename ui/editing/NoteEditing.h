// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace millrace {

class CanvasView;
class Document;

/// Opens a field over a note, by its place in the list, for its Markdown. What is written there becomes an edit of the document;
/// a note that is left without text is removed.
void editNote(Document &document, CanvasView &view, size_t index);

} // namespace millrace
