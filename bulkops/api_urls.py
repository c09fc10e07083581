from django.urls import path

from bulkops import api

_ONE = "bulk-operations/<int:pk>/"

urlpatterns = [
    path("bulk-operations/", api.OperationList.as_view(), name="api-bulk-operations"),
    path("bulk-operations/templates/<slug:object_type>/", api.Template.as_view(), name="api-bulk-template"),
    path(_ONE, api.OperationDetail.as_view(), name="api-bulk-operation"),
    path(f"{_ONE}apply/", api.OperationApply.as_view(), name="api-bulk-operation-apply"),
    path(f"{_ONE}cancel/", api.OperationCancel.as_view(), name="api-bulk-operation-cancel"),
    path(f"{_ONE}discard/", api.OperationDiscard.as_view(), name="api-bulk-operation-discard"),
    path(f"{_ONE}undo/", api.OperationUndo.as_view(), name="api-bulk-operation-undo"),
    path(f"{_ONE}errors/", api.OperationErrors.as_view(), name="api-bulk-operation-errors"),
    path(f"{_ONE}output/", api.OperationOutput.as_view(), name="api-bulk-operation-output"),
    path(f"{_ONE}preview/", api.OperationPreview.as_view(), name="api-bulk-operation-preview"),
]
